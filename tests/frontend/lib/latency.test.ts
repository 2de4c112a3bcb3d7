import { STAGES, stacked } from "@/lib/latency";

it("puts stage upon stage, and the rest of the whole on top", () => {
  const columns = stacked([{ at: 1, ms: 20, stages: { decode: 1, vla: 8, actor: 2 } }]);
  expect(Object.fromEntries(STAGES.map((name, index) => [name, columns[index]?.[0]]))).toEqual({
    decode: 1,
    vla: 9,
    token: 9,
    proposal: 9,
    actor: 11,
    way: 20,
  });
});

it("is the whole alone where the robot tells no stages, and never shrinks below them", () => {
  expect(stacked([{ at: 1, ms: 20, stages: {} }]).at(-1)).toEqual([20]);
  expect(stacked([{ at: 1, ms: 5, stages: { vla: 8 } }]).at(-1)).toEqual([8]);
});
