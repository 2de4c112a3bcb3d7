import { doable } from "@/lib/doable";
import { robot, telemetry } from "./robot_fixture";

const cell = (changes: Parameters<typeof telemetry>[0]) => robot({ telemetry: telemetry(changes) });

it("leaves a stop in two steps, in order", () => {
  const stopped = cell({ phase: "stopped" });
  const cleared = cell({ phase: "stopped", stop_cleared: true });
  expect(doable("clear_stop", stopped, true)).toBe("ok");
  expect(doable("arm", stopped, true)).toBe("why.clear_first");
  expect(doable("clear_stop", cleared, true)).toBe("why.cleared");
  expect(doable("arm", cleared, true)).toBe("ok");
});

it("lets hands drive without a policy, between attempts too, and starts no attempt then", () => {
  const away = { policy_connected: false, activity: "idle" } as const;
  const cleared = cell({ ...away, phase: "stopped", stop_cleared: true });
  expect(doable("arm", cleared, true)).toBe("ok");
  const armed = cell({ ...away, phase: "paused" });
  expect(doable("take_over", armed, true)).toBe("ok");
  expect(doable("start_episode", armed, true)).toBe("why.no_policy");
  const driven = cell({ ...away, phase: "human" });
  expect(doable("give_back", driven, true)).toBe("ok");
  expect(doable("pause", driven, true)).toBe("ok");
  expect(doable("start_episode", driven, true)).toBe("why.human_drives");
  expect(doable("set_task", driven, true)).toBe("why.human_drives");
  expect(doable("give_back", armed, true)).toBe("why.no_episode");
});

it("lets nobody drive what is stopped or being reset", () => {
  expect(doable("take_over", cell({ phase: "stopped" }), true)).toBe("why.stopped");
  const resetting = cell({ activity: "resetting", phase: "paused" });
  expect(doable("take_over", resetting, true)).toBe("why.resetting");
});

it("hands off from BASE and back from RL only", () => {
  expect(doable("hand_off", cell({ phase: "base" }), true)).toBe("ok");
  expect(doable("hand_off", cell({ phase: "rl" }), true)).toBe("why.already_rl");
  expect(doable("back_to_base", cell({ phase: "base" }), true)).toBe("why.not_rl");
  expect(doable("back_to_base", cell({ phase: "rl" }), true)).toBe("ok");
});

it("starts between episodes only", () => {
  expect(doable("start_episode", cell({}), true)).toBe("why.in_episode");
  expect(doable("start_episode", cell({ activity: "idle", phase: "paused" }), true)).toBe("ok");
});

it("says that a role may not, or that the cell is away, before anything else", () => {
  expect(doable("hand_off", cell({}), false)).toBe("why.role");
  expect(doable("hand_off", robot({ connected: false }), true)).toBe("why.offline");
  expect(doable("hand_off", null, true)).toBe("why.offline");
});

it("changes the task between episodes only", () => {
  expect(doable("set_task", cell({ activity: "idle", phase: "stopped" }), true)).toBe("ok");
  expect(doable("set_task", cell({}), true)).toBe("why.in_episode");
  expect(doable("set_task", cell({ activity: "resetting" }), true)).toBe("why.resetting");
});
