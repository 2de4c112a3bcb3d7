/** Runs laid over one another: on robot time or on updates, so that early and late runs compare. */

import type { Bin, MetricPoint, Run } from "../api/types";

/** One line of a chart. */
export interface Line {
  x: number[];
  y: (number | null)[];
}

/** What a bin of a report tells about a run. */
export type BinFigure = "per_10min_active" | "success_rate" | "median_steps";

const BIN_SECONDS = [600, 1800, 3600, 86_400];
/** What the server draws at most in one report. */
const MOST_BINS = 1200;
/** As many lines as can be told apart by colour and dash. */
export const MOST_OTHERS = 3;

/** The shortest bins in which a period fits into one report. */
export function binFor(seconds: number): number {
  return BIN_SECONDS.find((bin) => seconds / bin < MOST_BINS) ?? 86_400;
}

/** A figure over the minutes that the robot practised; bins without attempts are left out. */
export function overRobotTime(bins: readonly Bin[], figure: BinFigure): Line {
  const line: Line = { x: [], y: [] };
  let minutes = 0;
  for (const bin of bins.filter(({ episodes }) => episodes > 0)) {
    minutes += bin.active_seconds / 60;
    line.x.push(minutes);
    line.y.push(bin[figure]);
  }
  return line;
}

/** Bins up to the last with an attempt: what came after a run's end is not about the run. */
export function practised(bins: readonly Bin[]): Bin[] {
  return bins.slice(0, bins.findLastIndex(({ episodes }) => episodes > 0) + 1);
}

/** A learner's curve over its updates; of points of one update the last counts. */
export function overUpdates(points: readonly MetricPoint[]): Line {
  const last = new Map(points.map(([, , updates, value]) => [updates, value]));
  const x = [...last.keys()].sort((a, b) => a - b);
  return { x, y: x.map((at) => last.get(at) ?? null) };
}

/** Several lines on one axis: gaps where one has no point. */
export function overlaid(lines: readonly Line[]): { x: number[]; values: (number | null)[][] } {
  const columns = lines.map(({ x, y }) => new Map(x.map((at, index) => [at, y[index] ?? null])));
  const x = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return { x, values: columns.map((column) => x.map((at) => column.get(at) ?? null)) };
}

/** A setting as configured and, if a person changed it since, as it holds now. */
export function settingOf(run: Run, name: string): { configured: string; tuned: string } {
  const tuned = run.tuning[name as keyof Run["tuning"]] ?? null;
  return {
    configured: String(run.config[name] ?? "–"),
    tuned: tuned === null || tuned === false ? "" : String(tuned),
  };
}

/** Names of the settings in which these runs are not all alike. */
export function differing(runs: readonly Run[]): string[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.config)))];
  return names.filter(
    (name) => new Set(runs.map((run) => JSON.stringify(settingOf(run, name)))).size > 1,
  );
}
