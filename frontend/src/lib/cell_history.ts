/** What the cockpit remembers of the running episode, put together from telemetry. */

import type { AuditRow, Robot, Telemetry } from "../api/types";
import type { Stretch } from "../elements/ribbon";
import type { Key } from "./i18n";
import type { LatencyPoint } from "./latency";

/** What a bridge tells of an attempt under way. */
const TOLD: Readonly<Record<string, Key>> = {
  action_rejected: "audit.action_rejected",
  auto_end_changed: "audit.auto_end_changed",
  chunk_rejected: "audit.chunk_rejected",
  command_refused: "audit.command_refused",
  episode_ended: "audit.episode_ended",
  episode_started: "audit.episode_started",
  phase_changed: "audit.phase_changed",
  robot_fault: "audit.robot_fault",
  stopped: "audit.stopped",
};

export interface CellEvent {
  step: number;
  words: Key;
}

const LATENCY_POINTS = 600;

/** Fixed-size rings and the phases of the newest episode; nothing grows with the hours. */
export class CellHistory {
  episodeId = "";
  stretches: Stretch[] = [];
  events: CellEvent[] = [];
  latency: LatencyPoint[] = [];

  /** Take in one telemetry sample; `at` is epoch seconds. */
  observe(robot: Robot, at: number): void {
    const state = robot.telemetry;
    if (!state) return;
    this.latency.push({ at, ms: state.chunk_latency_ms, stages: state.chunk_stages_ms });
    if (this.latency.length > LATENCY_POINTS) this.latency.shift();
    if (!state.episode_id) return;
    if (state.episode_id !== this.episodeId) this.begin(state);
    this.extend(state);
  }

  /** Take in what happened at a step of the running episode; the newest is last. */
  note(row: AuditRow): void {
    const [step, words] = [Number(row.details.step ?? -1), TOLD[row.action]];
    if (row.episode_id !== this.episodeId || step < 0 || !words) return;
    this.events.push({ step, words });
    if (this.events.length > 50) this.events.shift();
  }

  private begin(state: Telemetry): void {
    this.episodeId = state.episode_id ?? "";
    this.stretches = [];
    this.events = [];
    // Joined in the middle: what came before is told by the hand-off alone.
    const handOff = state.hand_off_step >= 0 ? state.hand_off_step : state.step;
    if (state.phase === "base" || handOff <= 0) return;
    this.stretches.push(
      { phase: "base", start_step: 0, end_step: handOff },
      { phase: state.phase, start_step: handOff, end_step: state.step },
    );
  }

  private extend(state: Telemetry): void {
    const last = this.stretches.at(-1);
    const step = Math.max(0, state.step);
    if (last?.phase === state.phase) {
      last.end_step = Math.max(last.end_step, step);
      return;
    }
    if (last) last.end_step = Math.max(last.end_step, step);
    this.stretches.push({ phase: state.phase, start_step: last?.end_step ?? 0, end_step: step });
  }
}
