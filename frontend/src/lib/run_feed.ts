/** Curves and events of one run: fetched once, then followed over the live socket. */

import { get } from "../api/client";
import type { AuditRow, Checkpoint } from "../api/types";
import { live } from "./live";
import { MetricStore } from "./metrics";
import { checkpointEvent, eventOf, type RunEvent, withEvent } from "./run_events";

/** Curves of what people may change: the learner's own word. */
export const SETTING_CURVES = [
  "beta",
  "exploration_chunk",
  "exploration_step",
  "learning_paused",
  "actor_frozen",
] as const;

const MINUTE = 60;

export class RunFeed {
  readonly metrics = new MetricStore();
  events: RunEvent[] = [];
  private readonly stops: (() => void)[];
  private names: readonly string[] = [];

  /**
   * @param run id of the run
   * @param robots the robots whose attempts belong to it now
   * @param changed something to draw came
   */
  constructor(
    readonly run: string,
    private readonly robots: () => readonly string[],
    private readonly changed: () => void,
  ) {
    live.subscribe([], [run]);
    this.stops = [
      // After a lost connection the truth is asked for again; the socket only tells of changes.
      live.on("connection", ({ connected }) => {
        if (connected && this.names.length > 0) void this.load(this.names).catch(() => undefined);
      }),
      live.on("metrics", ({ run: of, points }) => {
        if (of === run) this.metrics.add(points);
      }),
      live.on("event", ({ event }) => this.onRow(event)),
      live.on("checkpoint", ({ checkpoint }) => {
        if (checkpoint.run_id === run) this.onCheckpoint(checkpoint);
      }),
    ];
  }

  async load(names: readonly string[]): Promise<void> {
    this.names = names;
    const [rows, checkpoints] = await Promise.all([
      get<AuditRow[]>(`/runs/${this.run}/events`),
      get<Checkpoint[]>(`/checkpoints?run=${this.run}`),
      this.metrics.load(this.run, [...names, ...SETTING_CURVES]),
    ]);
    for (const row of rows) this.events = withEvent(this.events, eventOf(row));
    for (const checkpoint of checkpoints.toReversed()) this.onCheckpoint(checkpoint);
    this.changed();
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  /** The time that the curves span, up to now while the run goes on. */
  window(now: number): [number, number] {
    const [from, to] = this.metrics.extent() ?? [now - MINUTE, now];
    return [from, Math.max(to, from + MINUTE)];
  }

  /** Changes that people made, as lines across the curves. */
  marks(): { at: number; label: string }[] {
    return this.events
      .filter((event) => event.lane === "change")
      .map(({ at, words }) => ({ at, label: words }));
  }

  private onRow(row: AuditRow): void {
    const ours = row.details.run_id === this.run || this.robots().includes(row.robot_id ?? "");
    if (!ours) return;
    this.events = withEvent(this.events, eventOf(row));
    this.changed();
  }

  /** One mark a minute: an actor is published every other second. */
  private onCheckpoint(checkpoint: Checkpoint): void {
    const event = checkpointEvent(checkpoint);
    const minute = (at: number) => Math.floor(at / MINUTE);
    const marked = this.events.some(
      (known) => known.lane === "checkpoint" && minute(known.at) === minute(event.at),
    );
    if (!marked) this.events = withEvent(this.events, event);
  }
}
