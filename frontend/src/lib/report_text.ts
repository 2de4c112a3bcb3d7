/** The first line of a report: the answer, as one sentence. */

import type { Report } from "../api/types";
import { duration, num, percent, short } from "./format";
import { t } from "./i18n";

/** Hours and a few minutes are said as whole hours: reports begin on a border of their bins. */
export function period(seconds: number): number {
  const over = seconds % 3600;
  return seconds > over && over < 600 ? seconds - over : seconds;
}

/** What was looked at, then successes per ten active minutes against the base policy. */
export function answer(report: Report, scope: string): string {
  const { summary, references } = report;
  if (summary.successes + summary.failures === 0) return t("report.answer_none", { scope });
  const active = summary.per_10min_active;
  const base = references.base?.per_10min;
  const versus =
    base && active !== null
      ? t("report.versus", { base: short(base), times: num(active / base, 1) })
      : "";
  return t("report.answer", {
    scope,
    hours: duration(period((Date.parse(report.to) - Date.parse(report.from)) / 1000)),
    active: short(active),
    versus,
    wall: short(summary.per_10min_wall),
  });
}

/** The second line: how sure that is. */
export function certainty(report: Report): string {
  const { successes, failures, success_rate, wilson, unlabelled } = report.summary;
  const interval = wilson ? `${percent(wilson[0])} – ${percent(wilson[1])}` : "–";
  const n = successes + failures;
  return t("report.certainty", { successes, n, rate: percent(success_rate), interval, unlabelled });
}
