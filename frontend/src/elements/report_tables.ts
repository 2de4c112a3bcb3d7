/** The tables of a report: over time, and by task, robot, run, policy and labeller. */

import { html, nothing, type TemplateResult } from "lit";
import { query } from "../api/client";
import type { Bin, Report, Row } from "../api/types";
import { duration, hourMinute, num, percent, short } from "../lib/format";
import { type Key, t } from "../lib/i18n";

type Filter = Record<string, string>;
export type TableKind = "task" | "robot" | "run" | "policy" | "labeller";

const TABLES: readonly [TableKind, Key][] = [
  ["task", "report.by_task"],
  ["robot", "report.by_robot"],
  ["run", "report.by_run"],
  ["policy", "report.by_policy"],
  ["labeller", "report.by_labeller"],
];

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
      ${number("report.active_time", "define.active_seconds")}
      ${number("report.active", "define.throughput_active")}
      ${wall ? number("report.wall", "define.throughput_wall") : nothing}
    </tr>
  </thead>`;
}

function cells(row: Row | Bin): TemplateResult {
  return html`<td class="num end-cell">${num(row.successes)}</td>
    <td class="num end-cell">${num(row.failures)}</td>
    <td class="num end-cell">${num(row.unlabelled)}</td>
    <td class="num end-cell">${percent(row.success_rate)}</td>
    <td class="num end-cell quiet">${interval(row.wilson)}</td>
    <td class="num end-cell">${num(row.median_steps)}</td>
    <td class="num end-cell">${num(row.interventions)}</td>
    <td class="num end-cell">${duration(row.active_seconds)}</td>
    <td class="num end-cell strong">${short(row.per_10min_active)}</td>
    ${"per_10min_wall" in row ? html`<td class="num end-cell">${short(row.per_10min_wall)}</td>` : nothing}`;
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
  if (kind === "policy")
    return row.key === "0" ? t("phase.base") : t("vital.version", { n: row.key });
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
            ${report[`by_${kind}`].map((row) => html`<tr><th scope="row">${nameOf(kind, row, filter, taskTitle)}</th>${cells(row)}</tr>`)}
          </tbody>`,
      )}
    </section>`,
  );
}

/** The episodes that ended inside one bin. */
function binLink(bin: Bin, filter: Filter): string {
  const to = new Date(Date.parse(bin.start) + bin.seconds * 1000).toISOString();
  const { task, robot, run, regime } = filter;
  return `/episodes${query({ task, robot, run, regime, from: bin.start, to })}`;
}

export function binTable(report: Report, filter: Filter): TemplateResult {
  const title = t("report.bins", { n: report.bin_seconds / 60 });
  return html`<section class="panel">
    <h2>${title}</h2>
    ${table(
      title,
      html`${head(t("report.from_time"), true)}
        <tbody>
          ${report.bins.toReversed().map((bin) => html`<tr><th scope="row" class="num"><a href="${binLink(bin, filter)}">${hourMinute(Date.parse(bin.start) / 1000)}</a></th>${cells(bin)}</tr>`)}
        </tbody>`,
      "short",
    )}
  </section>`;
}
