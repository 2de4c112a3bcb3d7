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
  return state.policy_connected ? "ok" : "why.no_policy";
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
  take_over: (s) => inEpisode(s, ["base", "rl", "paused", "human"], "why.no_episode"),
  give_back: (s) => inEpisode(s, ["human"], "why.not_human"),
  pause: (s) => inEpisode(s, ["base", "rl", "human"], "why.paused"),
  resume: (s) => inEpisode(s, ["paused"], "why.not_paused"),
  clear_stop: (s) => {
    if (s.phase !== "stopped") return "why.not_stopped";
    return s.stop_cleared ? "why.cleared" : "ok";
  },
  set_task: (s) => {
    if (s.activity === "resetting") return "why.resetting";
    return s.activity === "episode" ? "why.in_episode" : "ok";
  },
  arm: (s) => {
    if (s.phase !== "stopped") return "why.armed";
    if (!s.stop_cleared) return "why.clear_first";
    return s.policy_connected ? "ok" : "why.no_policy";
  },
};

/** "ok", or the key of the sentence that says why not. */
export function doable(kind: CommandKind, robot: Robot | null, mayOperate: boolean): Verdict {
  if (!mayOperate) return "why.role";
  if (!robot?.connected || !robot.telemetry) return "why.offline";
  return RULES[kind]?.(robot.telemetry) ?? "ok";
}
