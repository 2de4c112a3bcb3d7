/** Where the numbers of a report lead: to the episodes that they count. */

import { query } from "../api/client";
import type { Bin, Report, Row } from "../api/types";

export type Filter = Record<string, string>;
export type TableKind = "task" | "robot" | "run" | "policy" | "labeller";

const SCOPE = ["task", "robot", "run", "regime"] as const;

/** The episodes of a scope: `more` narrows it to those that one number counts. */
export function episodesLink(scope: Filter, more: Filter = {}): string {
  return `/episodes${query({ ...scope, ...more })}`;
}

/** What the whole report is about, as a filter of episodes. */
export function wholeScope(report: Report, filter: Filter): Filter {
  const chosen = Object.fromEntries(SCOPE.map((name) => [name, filter[name] ?? ""]));
  return { ...chosen, from: report.from, to: report.to };
}

/** What one bin of the clock counts, inside the report's own period. */
export function binScope(report: Report, filter: Filter, bin: Bin): Filter {
  const begin = Math.max(Date.parse(bin.start), Date.parse(report.from));
  const to = new Date(begin + bin.seconds * 1000).toISOString();
  return { ...wholeScope(report, filter), from: new Date(begin).toISOString(), to };
}

/** What one row of a table counts; null where no filter can say it. */
export function rowScope(report: Report, filter: Filter, kind: TableKind, row: Row): Filter | null {
  const whole = wholeScope(report, filter);
  if (row.key === "") return null;
  if (kind !== "policy") return { ...whole, [kind]: row.key };
  return { ...whole, policy: row.key, policy_to: String(row.upto ?? row.key) };
}
