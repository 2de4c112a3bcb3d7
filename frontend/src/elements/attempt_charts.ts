/** Curves over attempts: rolling success with its interval, steps of successes, share of people. */

import { html, type TemplateResult } from "lit";
import type { Episode, Report } from "../api/types";
import { num, percent } from "../lib/format";
import { t } from "../lib/i18n";
import { median, rollingShare, rollingSuccess, wilson } from "../lib/stats";
import type { ChartData } from "./chart";
import "./chart";
import { figure } from "./figure";
import { referenceLines } from "./report_charts";

/** Attempts that one point looks back on. */
export const WINDOW = 50;
const HEIGHT = 96;

const isJudged = ({ outcome }: Episode) => outcome === "success" || outcome === "failure";

export function successChart(episodes: readonly Episode[], href: string): TemplateResult {
  const judged = episodes.filter(isJudged);
  const outcomes = judged.map((episode) => episode.outcome === "success");
  const recent = outcomes.slice(-WINDOW);
  const interval = wilson(recent.filter(Boolean).length, recent.length);
  const rolling = rollingSuccess(outcomes, WINDOW);
  const edge = (label: string, values: number[]) => ({
    label,
    token: "--success",
    values,
    width: 0,
  });
  const data: ChartData = {
    x: judged.map((episode) => episode.number),
    xKind: "count",
    percent: true,
    range: [0, 1],
    series: [
      edge(
        t("chart.high"),
        rolling.map((r) => r.high),
      ),
      edge(
        t("chart.low"),
        rolling.map((r) => r.low),
      ),
      { label: t("chart.success"), token: "--success", values: rolling.map((r) => r.share) },
    ],
    bands: [{ upper: 0, lower: 1, token: "--success" }],
  };
  return html`<section class="panel chart-panel">
    <dl class="figures">
      ${figure({
        label: t("chart.success_last", { n: recent.length }),
        value: recent.length ? percent(recent.filter(Boolean).length / recent.length) : "–",
        aside: interval ? `${percent(interval[0])} – ${percent(interval[1])}` : "",
        define: "define.success_rate",
        href,
      })}
    </dl>
    <rlt-chart .data=${data} .height=${HEIGHT} label="${t("chart.success")}"></rlt-chart>
  </section>`;
}

export function stepsChart(episodes: readonly Episode[], report: Report): TemplateResult {
  const successes = episodes.filter((episode) => episode.outcome === "success");
  const values = successes.map((episode) => episode.critical_steps);
  const data: ChartData = {
    x: successes.map((episode) => episode.number),
    xKind: "count",
    series: [{ label: t("chart.steps"), token: "--ink-2", values, width: 0, points: true }],
    lines: referenceLines(report, "median_steps"),
  };
  return html`<section class="panel chart-panel">
    <dl class="figures">
      ${figure({
        label: t("chart.steps_median", { n: Math.min(WINDOW, values.length) }),
        value: num(median(values.slice(-WINDOW))),
        unit: t("unit.steps"),
        define: "define.steps",
      })}
    </dl>
    <rlt-chart .data=${data} .height=${HEIGHT} label="${t("chart.steps")}"></rlt-chart>
  </section>`;
}

export function interventionChart(episodes: readonly Episode[]): TemplateResult {
  const parts = episodes.map(({ human_steps, steps }) => ({ part: human_steps, whole: steps }));
  const rolling = rollingShare(parts, WINDOW);
  const recent = episodes.slice(-WINDOW);
  const takenOver = recent.filter((episode) => episode.interventions > 0).length;
  const data: ChartData = {
    x: episodes.map((episode) => episode.number),
    xKind: "count",
    percent: true,
    series: [
      { label: t("chart.interventions"), token: "--human-line", values: rolling, fill: 0.15 },
    ],
  };
  return html`<section class="panel chart-panel">
    <dl class="figures">
      ${figure({
        label: t("chart.interventions_last", { n: recent.length }),
        value: percent(rolling.at(-1), 1),
        aside: t("chart.taken_over", { n: takenOver, of: recent.length }),
        define: "define.intervention_share",
      })}
    </dl>
    <rlt-chart .data=${data} .height=${HEIGHT} label="${t("chart.interventions")}"></rlt-chart>
  </section>`;
}
