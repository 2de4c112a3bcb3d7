/** The tables of a report: over time, and by task, robot, run, policy and labeller. */

import { html, nothing, type TemplateResult } from "lit";
import { query } from "../api/client";
import type { Bin, Report, Row } from "../api/types";
import { duration, hourMinute, moment, num, percent, short } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { binScope, episodesLink, type Filter, rowScope, type TableKind } from "../lib/report_links";

const TABLES: readonly [TableKind, Key][] = [
  ["task", "report.by_task"],
  ["robot", "report.by_robot"],
  ["run", "report.by_run"],
  ["policy", "report.by_policy"],
  ["labeller", "report.by_labeller"],
];
const DAY_MS = 86_400_000;

export function interval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `${percent(bounds[0])} – ${percent(bounds[1])}` : "–";
}

function head(first: string, wall: boolean): TemplateResult {
  const number = (label: Key, define?: Key) =>
    html`<th scope="col" class="end-cell" title="${define ? t(define) : t(label)}">${t(label)}</th>`;
  return html`<thead>
    <tr>
      <th scope="col">${first}</th>
      ${number("report.successes", "define.successes")} ${number("report.failures")}
      ${number("report.unlabelled", "define.unlabelled")}
      ${number("chart.success", "define.success_rate")} ${number("report.interval")}
      ${number("report.median_steps", "define.steps")}
      ${number("report.interventions", "define.interventions")}
      ${number("report.robot_time", "define.robot_time")}
      ${number("report.label_lag", "define.label_lag")}
      ${number("report.active", "define.throughput_active")}
      ${wall ? number("report.wall", "define.throughput_wall") : nothing}
    </tr>
  </thead>`;
}

/** A number that opens the episodes behind it; nothing to open behind none. */
function counted(value: number, scope: Filter | null, more: Filter): TemplateResult {
  if (!scope || value === 0) return html`<td class="num end-cell">${num(value)}</td>`;
  return html`<td class="num end-cell"><a href="${episodesLink(scope, more)}">${num(value)}</a></td>`;
}

function opened(words: string, scope: Filter | null, more: Filter, className = ""): TemplateResult {
  if (!scope || words === "–") return html`<td class="num end-cell ${className}">${words}</td>`;
  return html`<td class="num end-cell ${className}"><a href="${episodesLink(scope, more)}">${words}</a></td>`;
}

function cells(row: Row | Bin, scope: Filter | null): TemplateResult {
  const success = { outcome: "success" };
  return html`${counted(row.successes, scope, success)}
    ${counted(row.failures, scope, { outcome: "failure" })}
    ${counted(row.unlabelled, scope, { outcome: "unlabelled" })}
    ${opened(percent(row.success_rate), scope, {})}
    <td class="num end-cell quiet">${interval(row.wilson)}</td>
    ${opened(num(row.median_steps), scope, success)}
    ${counted(row.interventions, scope, { taken_over: "true" })}
    ${opened(row.episodes ? duration(row.robot_seconds) : "–", scope, {})}
    <td class="num end-cell">${duration(row.label_lag_seconds)}</td>
    ${opened(short(row.per_10min_active), scope, success, "strong")}
    ${"per_10min_wall" in row ? opened(short(row.per_10min_wall), scope, success) : nothing}`;
}

function table(title: string, body: TemplateResult, className = ""): TemplateResult {
  return html`<div class="table-scroll ${className}" role="region" aria-label="${title}" tabindex="0">
    <table>${body}</table>
  </div>`;
}

/** Where a row's name leads: to the same report of one task, or to the thing itself. */
function nameOf(kind: TableKind, row: Row, filter: Filter, taskTitle: (id: string) => string) {
  if (kind === "task") {
    return html`<a href="/reports${query({ ...filter, task: row.key })}">${taskTitle(row.key)}</a>`;
  }
  if (kind === "robot") return html`<a href="/robots/${row.key}">${row.name}</a>`;
  if (kind === "run" && row.key) return html`<a href="/runs/${row.key}">${row.name}</a>`;
  if (kind === "policy" && row.key === "0") return t("phase.base");
  return row.name || row.key || "–";
}

export function groupTables(
  report: Report,
  filter: Filter,
  taskTitle: (id: string) => string,
): TemplateResult[] {
  return TABLES.filter(([kind]) => report[`by_${kind}`].length > 0).map(
    ([kind, title]) => html`<section class="panel">
      <h2>${t(title)}</h2>
      ${table(
        t(title),
        html`${head(t(title), false)}
          <tbody>
            ${report[`by_${kind}`].map((row) => html`<tr><th scope="row">${nameOf(kind, row, filter, taskTitle)}</th>${cells(row, rowScope(report, filter, kind, row))}</tr>`)}
          </tbody>`,
      )}
    </section>`,
  );
}

/** Bins as people name them: minutes, hours or a day. */
export function binLength(seconds: number): string {
  if (seconds >= 86_400) return t("report.days", { n: seconds / 86_400 });
  return seconds < 3600
    ? t("report.minutes", { n: seconds / 60 })
    : t("report.hours_long", { n: seconds / 3600 });
}

export function binTable(report: Report, filter: Filter): TemplateResult {
  const title = t("report.bins", { length: binLength(report.bin_seconds) });
  const long = Date.parse(report.to) - Date.parse(report.from) > DAY_MS;
  const name = (bin: Bin) => (long ? moment(bin.start) : hourMinute(Date.parse(bin.start) / 1000));
  return html`<section class="panel">
    <h2>${title}</h2>
    ${table(
      title,
      html`${head(t("report.from_time"), true)}
        <tbody>
          ${report.bins.toReversed().map((bin) => {
            const scope = binScope(report, filter, bin);
            return html`<tr><th scope="row" class="num"><a href="${episodesLink(scope)}">${name(bin)}</a></th>${cells(bin, scope)}</tr>`;
          })}
        </tbody>`,
      "short",
    )}
  </section>`;
}
