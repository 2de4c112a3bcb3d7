import { CellHistory } from "@/lib/cell_history";
import { robot, telemetry } from "./robot_fixture";

function watch(...states: Parameters<typeof telemetry>[0][]): CellHistory {
  const history = new CellHistory();
  for (const [at, state] of states.entries()) {
    history.observe(robot({ telemetry: telemetry(state) }), at);
  }
  return history;
}

it("puts the phases of an episode together without gaps", () => {
  const history = watch(
    { step: 0 },
    { step: 30 },
    { step: 35, phase: "rl", hand_off_step: 32 },
    { step: 50, phase: "rl", hand_off_step: 32 },
    { step: 60, phase: "human", hand_off_step: 32 },
  );
  expect(history.stretches).toEqual([
    { phase: "base", start_step: 0, end_step: 35 },
    { phase: "rl", start_step: 35, end_step: 60 },
    { phase: "human", start_step: 60, end_step: 60 },
  ]);
});

it("knows the hand-off of an episode it joined late", () => {
  const history = watch({ step: 80, phase: "rl", hand_off_step: 30 });
  expect(history.stretches[0]).toEqual({ phase: "base", start_step: 0, end_step: 30 });
  expect(history.stretches[1]).toEqual({ phase: "rl", start_step: 30, end_step: 80 });
});

it("begins anew with a new episode and remembers the last one between", () => {
  const history = watch(
    { step: 90 },
    { step: -1, episode_id: null, activity: "idle" },
    { step: 2, episode_id: "episode-2" },
  );
  expect(history.episodeId).toBe("episode-2");
  expect(history.stretches).toEqual([{ phase: "base", start_step: 0, end_step: 2 }]);
});
