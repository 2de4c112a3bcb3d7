import type { AuditRow } from "@/api/types";
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

it("takes note of what happened in the episode under way, and of nothing else", () => {
  const history = watch({ step: 30, episode_id: "episode-1" });
  const row = (action: string, episode_id: string, step: number) =>
    ({ action, episode_id, details: { step } }) as unknown as AuditRow;
  history.note(row("phase_changed", "episode-1", 12));
  history.note(row("phase_changed", "episode-0", 13));
  history.note(row("command_refused", "episode-1", -1));
  history.note(row("label", "episode-1", 20));
  expect(history.events).toEqual([{ step: 12, words: "audit.phase_changed" }]);
});
