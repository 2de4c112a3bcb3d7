import { translator } from "@/lib/said";
import { catalogue } from "../../../frontend/words";

const zh = { ...catalogue("zh", "robot"), ...catalogue("zh", "server") };
const said = translator(zh);

it("says a sentence of a program in the page's language, with what was filled in", () => {
  expect(said("Run 7 is stopped; it cannot resume.")).toBe(
    "训练 7 的状态为 stopped，不能执行 resume。",
  );
});

it("says the reason inside a reason too", () => {
  expect(said("the policy session was lost: nothing heard for 100 ms")).toBe(
    "策略连接中断：100 毫秒没有收到消息",
  );
});

it("leaves alone what it does not know", () => {
  expect(said("Something new")).toBe("Something new");
});

it("fills every place, and no other", () => {
  for (const [english, other] of Object.entries(zh)) {
    const places = [...english.matchAll(/\{(\d)\}/g)].map((match) => Number(match[1]));
    const used = [...other.matchAll(/\{(\d)\}/g)].map((match) => Number(match[1]));
    expect(places, english).toEqual(places.map((_, index) => index));
    expect(used.sort(), english).toEqual(places);
  }
});
