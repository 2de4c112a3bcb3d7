/** What happened to a run, as marks on a line of time. Audit rows in, words and shapes out. */

import type { AuditRow, Checkpoint } from "../api/types";
import { num } from "./format";
import { type Key, t, word } from "./i18n";

export const LANES = ["hand_off", "take_over", "label", "checkpoint", "change"] as const;
export type Lane = (typeof LANES)[number];

export interface RunEvent {
  id: string;
  /** Epoch seconds. */
  at: number;
  lane: Lane;
  /** Name of its shape. */
  mark: string;
  words: string;
  href: string;
}

const SETTINGS = {
  beta: "tune.beta",
  exploration_chunk: "tune.exploration_chunk",
  exploration_step: "tune.exploration_step",
  learning_paused: "tune.learning_paused",
  actor_frozen: "tune.actor_frozen",
} as const satisfies Record<string, Key>;

type Values = Record<string, unknown>;

function valueWords(value: unknown): string {
  if (typeof value === "boolean") return value ? t("tune.on") : t("tune.off");
  return typeof value === "number" ? String(value) : t("tune.configured");
}

/** "β: as configured → 0.01", one part for each setting that changed. */
export function tunedWords(details: Values): string {
  const before = (details.before ?? {}) as Values;
  const after = (details.after ?? {}) as Values;
  return Object.entries(SETTINGS)
    .filter(([name]) => name in after)
    .map(([name, label]) => {
      const from = before[name] ?? (typeof after[name] === "boolean" ? false : null);
      return `${t(label)}: ${valueWords(from)} → ${valueWords(after[name])}`;
    })
    .join(", ");
}

type Part = Pick<RunEvent, "lane" | "mark" | "words">;
const change = (row: AuditRow, mark: string, what: string): Part => ({
  lane: "change",
  mark,
  words: t("event.by", { what, name: row.actor }),
});

const READERS: Record<string, (row: AuditRow) => Part | null> = {
  phase_changed: (row) => {
    const { to, why } = row.details;
    if (to === "rl" && why === "chunk boundary")
      return { lane: "hand_off", mark: "rl", words: t("event.hand_off", { name: row.actor }) };
    if (to !== "human") return null;
    return { lane: "take_over", mark: "human", words: t("event.take_over", { name: row.actor }) };
  },
  label: (row) => {
    const outcome = String(row.details.outcome);
    const what = word("outcome", outcome);
    return { lane: "label", mark: outcome, words: t("event.by", { what, name: row.actor }) };
  },
  label_undone: (row) => ({
    lane: "label",
    mark: "unlabelled",
    words: t("event.by", { what: t("audit.label_undone"), name: row.actor }),
  }),
  run_tuned: (row) => change(row, "change", tunedWords(row.details)),
  checkpoint_promoted: (row) =>
    change(row, "back", t("event.rolled_back", { n: num(Number(row.details.version)) })),
  run_follows_newest: (row) => change(row, "forward", t("audit.run_follows_newest")),
  run_paused: (row) => change(row, "paused", t("audit.run_paused")),
  run_resumed: (row) => change(row, "start", t("audit.run_resumed")),
  run_stopped: (row) => change(row, "ended", t("audit.run_stopped")),
};

/** The mark of an audit row, or null when it has no place on the line. */
export function eventOf(row: AuditRow): RunEvent | null {
  const part = READERS[row.action]?.(row);
  if (!part) return null;
  const href = row.episode_id ? `/episodes/${row.episode_id}` : "";
  return { ...part, id: row.id, at: Date.parse(row.at) / 1000, href };
}

export function checkpointEvent(checkpoint: Checkpoint): RunEvent {
  const words = t("event.checkpoint", {
    n: num(checkpoint.version),
    updates: num(checkpoint.updates),
  });
  const at = Date.parse(checkpoint.created_at) / 1000;
  return { id: checkpoint.id, at, lane: "checkpoint", mark: "checkpoint", words, href: "" };
}

const MOST = 2000;

/** Newest known events in order; a repeat by id replaces nothing. */
export function withEvent(events: readonly RunEvent[], event: RunEvent | null): RunEvent[] {
  if (!event || events.some((known) => known.id === event.id)) return [...events];
  return [...events, event].sort((a, b) => a.at - b.at).slice(-MOST);
}
