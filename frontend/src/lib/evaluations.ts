/** Evaluations as the page compares them: reports in, rows and sentences out. */

import type { Evaluation } from "../api/types";
import { duration, num } from "./format";
import { t, word } from "./i18n";

export type Interval = readonly [number, number] | null;

export interface Finding {
  kind: string;
  count?: number;
  of?: number;
  seed?: number;
  newtons?: number;
  expert?: number;
}

/** The figures of one policy, as `rlt evaluate` writes them. */
export interface Figures {
  episodes: number;
  success_rate: number;
  success_interval: Interval;
  median_steps: number | null;
  steps_quartiles: Interval;
  active_throughput_per_10min: number | null;
  active_throughput_interval: Interval;
  audit: { successes: number; witnessed: number; findings: Finding[]; objections: string[] };
}

export type PolicyKind = "actor" | "base" | "expert";

/** One policy of one evaluation. */
export interface Played {
  kind: PolicyKind;
  evaluation: Evaluation;
  figures: Figures;
}

/** Everything that was played on equal starts. */
export interface Comparison {
  key: string;
  regime: string;
  starts: number;
  seed: number;
  rows: Played[];
}

const ORDER: readonly PolicyKind[] = ["actor", "base", "expert"];

function kindOf(name: string): PolicyKind {
  if (name.startsWith("run:")) return "actor";
  return name === "expert" ? "expert" : "base";
}

/** Who played in an evaluation, whether it ended well or goes on. */
export function playedIn(evaluation: Evaluation): Played[] {
  const policies = (evaluation.report?.policies ?? {}) as Record<string, Figures>;
  return Object.entries(policies).map(([name, figures]) => ({
    kind: kindOf(name),
    evaluation,
    figures,
  }));
}

/** A row that an equal one replaces: of the same policy on the same starts one is shown. */
function identity({ kind, evaluation }: Played): string {
  return kind === "actor" ? `actor ${evaluation.version}` : kind;
}

/** The one with more starts, else the newest, which comes first. */
function better(known: Played | undefined, found: Played): Played {
  if (!known || found.figures.episodes > known.figures.episodes) return found;
  return known;
}

function inOrder(a: Played, b: Played): number {
  const kinds = ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  return kinds || b.evaluation.version - a.evaluation.version;
}

/** Finished evaluations by their starts; those of the newest evaluation first. */
export function comparisons(evaluations: readonly Evaluation[]): Comparison[] {
  const found = new Map<string, Evaluation[]>();
  const newestFirst = [...evaluations]
    .filter((one) => one.state === "finished")
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
  for (const one of newestFirst) {
    const key = `${one.regime} ${one.starts} ${one.seed}`;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return [...found].map(([key, group]) => {
    const rows = new Map<string, Played>();
    for (const played of group.flatMap(playedIn))
      rows.set(identity(played), better(rows.get(identity(played)), played));
    const [{ regime, starts, seed }] = group as [Evaluation];
    return { key, regime, starts, seed, rows: [...rows.values()].sort(inOrder) };
  });
}

export function policyName({ kind, evaluation }: Played): string {
  if (kind === "actor") return t("vital.version", { n: evaluation.version });
  return kind === "base" ? t("reference.base") : t("evaluation.expert");
}

/** Where a run's own actor, the base policy or the demonstrator stands, in few words. */
function score(name: string, [good, made]: readonly [number, number]): string {
  const kind = kindOf(name);
  const who =
    kind === "actor"
      ? t("evaluation.actor")
      : kind === "base"
        ? t("reference.base")
        : t("evaluation.expert");
  return `${who} ${num(good)}/${num(made)}`;
}

/** "34 of 120 attempts, 1 min 20 s left: actor 20/21, base 10/13" */
export function progressWords({ standing }: Evaluation): string {
  if (!standing.of) return t("evaluation.starting");
  const scores = Object.entries(standing.policies).map(([name, made]) => score(name, made));
  const left = t("evaluation.progress", {
    done: num(standing.done),
    of: num(standing.of),
    left: duration(standing.seconds_left),
  });
  return scores.length > 0 ? `${left}: ${scores.join(", ")}` : left;
}

/** An audit's alarm as a sentence; the numbers are in the report, the words are ours. */
export function findingWords(finding: Finding): string {
  const { count = 0, of = 0, seed = 0, newtons = 0, expert = 0 } = finding;
  if (finding.kind === "witness") return t("evaluation.alarm_witness", { n: count, of, seed });
  if (finding.kind === "force")
    return t("evaluation.alarm_force", { n: num(newtons, 1), expert: num(expert, 1) });
  if (finding.kind === "ends") return t("evaluation.alarm_ends", { n: count, seed });
  return finding.kind;
}

/** "critical phase · 50 starts · set 0" */
export function conditionWords(of: { regime: string; starts: number; seed: number }): string {
  return t("evaluation.condition", {
    regime: word("regime", of.regime),
    starts: num(of.starts),
    seed: of.seed,
  });
}

/** The end of a scale that all of these fit on. */
export function scaleEnd(values: readonly (number | null | undefined)[]): number {
  return Math.max(1, ...values.map((value) => value ?? 0));
}

/** A live message replaces what is known of its evaluation, or adds to it. */
export function withEvaluation(known: readonly Evaluation[], news: Evaluation): Evaluation[] {
  return [news, ...known.filter((one) => one.id !== news.id)].sort((a, b) =>
    b.created_at.localeCompare(a.created_at),
  );
}
