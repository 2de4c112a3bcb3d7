/** The charts of a report: throughput and success over time, steps by driver, where time went. */

import { html, type TemplateResult } from "lit";
import type { Report } from "../api/types";
import { duration, num, percent, short } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { styled } from "../lib/styled";
import type { ChartData } from "./chart";
import "./chart";

const times = (report: Report) => report.bins.map((bin) => Date.parse(bin.start) / 1000);

/** Recorded figures of the base policy and of teleoperation, as lines across a chart. */
export function referenceLines(report: Report, pick: "per_10min" | "median_steps") {
  const tokens = { base: "--base", teleop: "--human-line" } as const;
  return (["base", "teleop"] as const).flatMap((name) => {
    const value = report.references[name]?.[pick];
    if (!value) return [];
    return [{ label: `${t(`reference.${name}`)} ${short(value)}`, value, token: tokens[name] }];
  });
}

export function throughputData(report: Report): ChartData {
  return {
    x: times(report),
    xKind: "time",
    series: [
      {
        label: t("report.active"),
        token: "--rl",
        values: report.bins.map((bin) => bin.per_10min_active),
        bars: true,
        fill: 0.2,
        width: 1,
      },
      {
        label: t("report.wall"),
        token: "--ink-2",
        values: report.bins.map((bin) => bin.per_10min_wall),
        gaps: true,
        stepped: true,
        dash: [3, 3],
      },
    ],
    lines: referenceLines(report, "per_10min"),
  };
}

export function successData(report: Report): ChartData {
  const edge = (label: Key, index: 0 | 1) => ({
    label: t(label),
    token: "--success",
    values: report.bins.map((bin) => bin.wilson?.[index] ?? null),
    gaps: true,
    width: 0,
  });
  const share = {
    label: t("chart.success"),
    token: "--success",
    values: report.bins.map((bin) => bin.success_rate),
    gaps: true,
    points: true,
  };
  return {
    x: times(report),
    xKind: "time",
    percent: true,
    range: [0, 1],
    series: [edge("chart.high", 1), edge("chart.low", 0), share],
    bands: [{ upper: 0, lower: 1, token: "--success" }],
  };
}

/** Bars as steps: each driver's successes by how long they took, as shares of their own. */
function stepsData(report: Report): ChartData {
  const { width, base, rl, human } = report.steps;
  const bars = Math.max(base.length, rl.length, human.length);
  const share = (counts: number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Array.from({ length: bars }, (_, index) =>
      total ? (counts[index] ?? 0) / total : null,
    );
  };
  const series = (label: Key, token: string, counts: number[]) => ({
    label: t(label),
    token,
    values: share(counts),
    bars: true,
    fill: 0.25,
    width: 1,
  });
  return {
    x: Array.from({ length: bars }, (_, index) => index * width),
    xKind: "count",
    percent: true,
    series: [
      series("phase.base", "--base", base),
      series("phase.human", "--human-line", human),
      series("phase.rl", "--rl", rl),
    ],
  };
}

/** Which line is which, when there are several. */
export const legend = (data: ChartData) =>
  html`<span class="legend">${data.series
    .filter((series) => series.width !== 0)
    .map(
      (series) =>
        html`<span><i ${styled({ "--mark": `var(${series.token})` })} aria-hidden="true"></i>${series.label}</span>`,
    )}</span>`;

function panel(
  title: Key,
  define: Key,
  data: ChartData,
  height: number,
  wide = false,
): TemplateResult {
  return html`<section class="panel chart-panel ${wide ? "wide" : ""}">
    <h2 title="${t(define)}">${t(title)} ${legend(data)}</h2>
    <rlt-chart .data=${data} .height=${height} label="${t(title)}"></rlt-chart>
  </section>`;
}

const PARTS = ["active", "approach", "reset", "rest"] as const;

function timeSplit(report: Report): TemplateResult {
  const split = report.time_split;
  const total = PARTS.reduce((sum, part) => sum + split[`${part}_seconds`], 0) || 1;
  const rows = PARTS.map((part) => ({ part, seconds: split[`${part}_seconds`] }));
  return html`<section class="panel chart-panel">
    <h2 title="${t("define.time_split")}">${t("report.time_split")}</h2>
    <dl class="bars">
      ${rows.map(
        ({ part, seconds }) => html`<div title="${t(`define.time_${part}`)}">
          <dt>${t(`report.time_${part}`)}</dt>
          <dd class="bar bar-${part}" ${styled({ "--share": String(seconds / total) })} aria-hidden="true"></dd>
          <dd class="num">${duration(seconds)} <span class="quiet">${percent(seconds / total)}</span></dd>
        </div>`,
      )}
    </dl>
    <p class="quiet small">${t("report.interventions")}: <span class="num">${num(report.summary.interventions)}</span></p>
  </section>`;
}

export function reportCharts(report: Report): TemplateResult {
  return html`<div class="report-charts">
    ${panel("report.over_time", "define.throughput_active", throughputData(report), 220, true)}
    ${panel("chart.success", "define.success_rate", successData(report), 160)}
    ${panel("report.steps_by_driver", "define.steps_by_driver", stepsData(report), 160)}
    ${timeSplit(report)}
  </div>`;
}
