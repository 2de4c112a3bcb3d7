/** Evaluations of equal starts side by side: figures, small pictures of them, and the audit. */

import { html, nothing, svg, type TemplateResult } from "lit";
import {
  type Comparison,
  conditionWords,
  findingWords,
  type Interval,
  type Played,
  policyName,
  scaleEnd,
} from "../lib/evaluations";
import { moment, num, percent, short } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { said } from "../lib/said_now";
import { shape } from "../lib/shapes";

const MIDDLE = 7;
const HALF = 3.5;

interface Drawn {
  value: number | null;
  interval: Interval;
  /** End of the scale, which all rows of a table share. */
  end: number;
}

const at = (value: number, end: number) => ((value / end) * 100).toFixed(2);

function whiskers([low, high]: readonly [number, number], end: number): TemplateResult {
  const [from, to] = [at(low, end), at(high, end)];
  const [above, below] = [MIDDLE - HALF, MIDDLE + HALF];
  return svg`<path class="eval-whisker" vector-effect="non-scaling-stroke"
    d="M${from} ${above}V${below}M${to} ${above}V${below}M${from} ${MIDDLE}H${to}" />`;
}

function picture(kind: string, inside: TemplateResult): TemplateResult {
  return html`<svg class="eval-picture eval-${kind}" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">${inside}</svg>`;
}

/** From nothing to the value, with its interval. The number stands beside it. */
function bar(kind: string, { value, interval, end }: Drawn): TemplateResult {
  return picture(
    kind,
    svg`<path class="eval-ground" d="M0 13.5H100" vector-effect="non-scaling-stroke" />
      <rect x="0" y="2" height="10" width="${at(value ?? 0, end)}" />
      ${interval ? whiskers(interval, end) : nothing}`,
  );
}

/** The middle half of the values, and their median. */
function box(kind: string, { value, interval, end }: Drawn): TemplateResult {
  if (value === null || !interval) return picture(kind, svg``);
  const [low, high] = interval;
  return picture(
    kind,
    svg`<path class="eval-ground" d="M0 13.5H100" vector-effect="non-scaling-stroke" />
      <rect x="${at(low, end)}" y="2" height="10" width="${at(Math.max(0, high - low), end)}" />
      <path class="eval-median" d="M${at(value, end)} 1V13" vector-effect="non-scaling-stroke" />`,
  );
}

function cell(words: string, aside: string, drawn: TemplateResult): TemplateResult {
  return html`<td><div class="eval-cell"><span class="num"><strong>${words}</strong> <span class="quiet small">${aside}</span></span>${drawn}</div></td>`;
}

const between = (bounds: Interval, say: (value: number) => string) =>
  bounds ? `${say(bounds[0])} – ${say(bounds[1])}` : "";

function audit({ figures }: Played): TemplateResult {
  const { successes, witnessed, findings } = figures.audit;
  if (findings.length > 0)
    return html`<span class="outcome outcome-failure">${shape("failure")} ${t("evaluation.alarms", { n: findings.length })}</span>`;
  if (successes === 0) return html`<span class="quiet">${t("evaluation.nothing_to_audit")}</span>`;
  return html`<span class="outcome outcome-success">${shape("success")} ${t("evaluation.genuine", { n: witnessed, of: successes })}</span>`;
}

interface Ends {
  steps: number;
  rate: number;
}

function row(played: Played, ends: Ends): TemplateResult {
  const { kind, figures: f, evaluation } = played;
  const whole = (value: number) => num(value);
  return html`<tr>
    <th scope="row" class="eval-name eval-${kind}">${policyName(played)}</th>
    <td class="num end-cell">${num(f.episodes)}</td>
    ${cell(percent(f.success_rate), between(f.success_interval, percent), bar(kind, { value: f.success_rate, interval: f.success_interval, end: 1 }))}
    ${cell(num(f.median_steps), between(f.steps_quartiles, whole), box(kind, { value: f.median_steps, interval: f.steps_quartiles, end: ends.steps }))}
    ${cell(short(f.active_throughput_per_10min), between(f.active_throughput_interval, short), bar(kind, { value: f.active_throughput_per_10min, interval: f.active_throughput_interval, end: ends.rate }))}
    <td>${audit(played)}</td>
    <td class="num small"><time datetime="${evaluation.ended_at ?? ""}">${moment(evaluation.ended_at)}</time></td>
  </tr>`;
}

function alarms(rows: readonly Played[]): TemplateResult | typeof nothing {
  const found = rows.filter((played) => played.figures.audit.findings.length > 0);
  if (found.length === 0) return nothing;
  const words = found.map((played) => ({
    name: policyName(played),
    sentences: played.figures.audit.findings.map(findingWords),
    objections: played.figures.audit.objections,
  }));
  return html`<div class="notice eval-alarms"><p class="strong">${t("evaluation.distrust")}</p>
    <ul>${words.map(({ name, sentences, objections }) => html`<li>${name}: ${sentences.join(" ")}${objections.length > 0 ? html` <span class="quiet">(${objections.map(said).join("; ")})</span>` : nothing}</li>`)}</ul></div>`;
}

/** One command for each evaluation of the table. */
function repeat(rows: readonly Played[]): TemplateResult {
  const commands = [...new Set(rows.map(({ evaluation }) => evaluation.command))];
  return html`<details><summary class="small">${t("evaluation.repeat")}</summary>
    ${commands.map((command) => html`<code class="secret">${command}</code>`)}</details>`;
}

function head(label: Key, define: Key | null, end = false): TemplateResult {
  return html`<th scope="col" class="${end ? "end-cell" : ""}" title="${define ? t(define) : t(label)}">${t(label)}</th>`;
}

export function comparisonTable(comparison: Comparison): TemplateResult {
  const { rows } = comparison;
  const title = conditionWords(comparison);
  const ends = {
    steps: scaleEnd(rows.map(({ figures }) => figures.steps_quartiles?.[1])),
    rate: scaleEnd(
      rows.map(
        ({ figures: f }) => f.active_throughput_interval?.[1] ?? f.active_throughput_per_10min,
      ),
    ),
  };
  return html`<div class="eval-comparison">
    <h3>${title}</h3>
    <div class="table-scroll" role="region" aria-label="${title}" tabindex="0"><table class="eval-table">
      <thead><tr>
        ${head("episode.policy", null)} ${head("evaluation.starts", "define.evaluation_starts", true)}
        ${head("chart.success", "define.evaluation_success")} ${head("report.median_steps", "define.evaluation_steps")}
        ${head("evaluation.throughput", "define.throughput_active")} ${head("evaluation.audit", "define.evaluation_audit")}
        ${head("evaluation.ended", null)}
      </tr></thead>
      <tbody>${rows.map((played) => row(played, ends))}</tbody>
    </table></div>
    ${alarms(rows)} ${repeat(rows)}
  </div>`;
}
