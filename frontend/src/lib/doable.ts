/** Which orders make sense now. The bridge decides again; this only guides the hand. */

import type { Robot, Telemetry } from "../api/types";
import type { CommandKind } from "./command";
import type { Key } from "./i18n";

export type Verdict = Key | "ok";

const NEEDS_EPISODE = "why.no_episode";

function startable(state: Telemetry): Verdict {
  if (state.phase === "stopped") return "why.stopped";
  if (state.activity === "resetting") return "why.resetting";
  if (state.activity === "episode") return "why.in_episode";
  if (state.phase === "human") return "why.human_drives";
  return state.policy_connected ? "ok" : "why.no_policy";
}

/** Hands may drive in an attempt and, with or without a policy, between attempts. */
function drivable(state: Telemetry): Verdict {
  if (state.phase === "stopped") return "why.stopped";
  return state.activity === "resetting" ? "why.resetting" : "ok";
}

/** What ends driving by hand, whether an attempt runs or not. */
function whileDriven(state: Telemetry, otherwise: (state: Telemetry) => Verdict): Verdict {
  const free = state.activity === "idle" && state.phase === "human";
  return free ? "ok" : otherwise(state);
}

function inEpisode(state: Telemetry, allowed: readonly string[], other: Key): Verdict {
  if (state.phase === "stopped") return "why.stopped";
  if (state.activity !== "episode") return NEEDS_EPISODE;
  return allowed.includes(state.phase) ? "ok" : other;
}

const RULES: Partial<Record<CommandKind, (state: Telemetry) => Verdict>> = {
  start_episode: startable,
  hand_off: (s) => inEpisode(s, ["base"], s.phase === "rl" ? "why.already_rl" : "why.not_base"),
  back_to_base: (s) => inEpisode(s, ["rl"], "why.not_rl"),
  take_over: drivable,
  give_back: (s) => whileDriven(s, () => inEpisode(s, ["human"], "why.not_human")),
  pause: (s) => whileDriven(s, () => inEpisode(s, ["base", "rl", "human"], "why.paused")),
  resume: (s) => inEpisode(s, ["paused"], "why.not_paused"),
  clear_stop: (s) => {
    if (s.phase !== "stopped") return "why.not_stopped";
    return s.stop_cleared ? "why.cleared" : "ok";
  },
  set_task: (s) => {
    if (s.activity === "resetting") return "why.resetting";
    if (s.phase === "human") return "why.human_drives";
    return s.activity === "episode" ? "why.in_episode" : "ok";
  },
  arm: (s) => {
    if (s.phase !== "stopped") return "why.armed";
    return s.stop_cleared ? "ok" : "why.clear_first";
  },
};

/** "ok", or the key of the sentence that says why not. */
export function doable(kind: CommandKind, robot: Robot | null, mayOperate: boolean): Verdict {
  if (!mayOperate) return "why.role";
  if (!robot?.connected || !robot.telemetry) return "why.offline";
  return RULES[kind]?.(robot.telemetry) ?? "ok";
}
