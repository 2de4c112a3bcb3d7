/** How long a chunk takes, stage upon stage: models first, then the way there and back. */

import { html, type TemplateResult } from "lit";
import type { Robot } from "../api/types";
import { num } from "../lib/format";
import { t, word } from "../lib/i18n";
import { type LatencyPoint, STAGES, stacked } from "../lib/latency";
import type { ChartData } from "./chart";
import "./chart";
import { figure } from "./figure";
import { legend } from "./report_charts";

const TOKENS: Record<(typeof STAGES)[number], string> = {
  decode: "--ink-3",
  vla: "--base",
  token: "--accent",
  proposal: "--human-line",
  actor: "--rl",
  way: "--line-strong",
};

export function latencyChart(
  points: readonly LatencyPoint[],
  robot: Robot | null,
  labelToReward: number | null,
): TemplateResult {
  const columns = stacked(points);
  const data: ChartData = {
    x: points.map((point) => point.at),
    xKind: "time",
    series: STAGES.map((stage, index) => ({
      label: word("stage", stage),
      token: TOKENS[stage],
      values: columns[index] ?? [],
      width: 1,
      fill: index === 0 ? 0.35 : 0,
    })),
    bands: STAGES.slice(1).map((stage, index) => ({
      upper: index + 1,
      lower: index,
      token: TOKENS[stage],
    })),
  };
  const state = robot?.telemetry;
  return html`<section class="panel chart-panel">
    <dl class="figures">
      ${figure({ label: t("chart.chunk"), value: num(state?.chunk_latency_ms), unit: "ms", define: "define.chunk_latency" })}
      ${figure({ label: t("chart.tick"), value: num(state?.lateness_p99_ms, 1), unit: "ms", define: "define.tick" })}
      ${figure({ label: t("chart.label_to_reward"), value: num(labelToReward), unit: "ms", define: "define.label_to_reward" })}
    </dl>
    <rlt-chart .data=${data} .height=${96} label="${t("chart.chunk")}"></rlt-chart>
    <p class="small">${legend(data)}</p>
  </section>`;
}
