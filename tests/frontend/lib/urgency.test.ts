import { byNeed, isUrgent, needOf } from "@/lib/urgency";
import { robot, telemetry } from "./robot_fixture";

const stopped = robot({ name: "s", telemetry: telemetry({ phase: "stopped" }) });
const labelled = robot({ name: "l", waiting_for: "label" });
const away = robot({ name: "o", connected: false });
const running = robot({ name: "r" });

it("puts who needs a person first", () => {
  const names = byNeed([running, away, stopped, labelled]).map((one) => one.name);
  expect(names).toEqual(["l", "s", "o", "r"]);
});

it("keeps the order of equals by name, so that cards do not jump", () => {
  const names = byNeed([robot({ name: "b" }), robot({ name: "a" })]).map((one) => one.name);
  expect(names).toEqual(["a", "b"]);
});

it("does not call a running cell urgent", () => {
  expect(isUrgent(needOf(running))).toBe(false);
  expect(isUrgent(needOf(stopped))).toBe(true);
});
