/** All runs, and the form that starts a new one. */

import { html, nothing, type TemplateResult } from "lit";
import { get, query } from "../api/client";
import type { Report, Run, Task } from "../api/types";
import { LightElement } from "../lib/element";
import { dayAndTime, num, percent, short } from "../lib/format";
import { localised, t, word } from "../lib/i18n";
import { can } from "../lib/page";
import { allTasks } from "../lib/tasks";
import { filterBar, readFilter, taskField, writeFilter } from "./filters";
import "./new_run";
import { practised } from "../lib/compare";
import { runState } from "./run_state";
import { sparkline } from "./sparkline";

export class Runs extends LightElement {
  private runs: Run[] | null = null;
  private tasks: Task[] = [];
  private reports = new Map<string, Report>();
  private filter = readFilter(["task"]);
  private adding = new URLSearchParams(location.search).has("new");

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(async () => {
      this.tasks = await allTasks();
      await this.load();
    });
  }

  private async load(): Promise<void> {
    this.runs = await get<Run[]>(`/runs${query(this.filter)}`);
    for (const run of this.runs.slice(0, 12)) void this.loadReport(run);
  }

  private async loadReport(run: Run): Promise<void> {
    const path = `/reports/throughput${query({ run: run.id, from: run.created_at, bin: 600 })}`;
    const report = await get<Report>(path).catch(() => null);
    if (report) this.reports.set(run.id, report);
    this.requestUpdate();
  }

  private change(name: string, value: string): void {
    this.filter = { ...this.filter, [name]: value };
    writeFilter(this.filter);
    void this.attempt(() => this.load());
  }

  private row(run: Run): TemplateResult {
    const report = this.reports.get(run.id);
    const summary = report?.summary;
    const title = localised(this.tasks.find((task) => task.id === run.task_id)?.title);
    return html`<tr>
      <th scope="row"><a href="/runs/${run.id}">${t("run.number", { n: run.number })} · ${run.name}</a></th>
      <td>${runState(run.state)}</td>
      <td>${title || run.task_id} <span class="quiet">${word("regime", run.regime)}</span></td>
      <td>${run.algorithm}</td>
      <td class="num end-cell">${num(summary ? summary.active_seconds / 60 : null, 1)} min</td>
      <td class="num end-cell">${num(summary?.successes)}</td>
      <td class="num end-cell">${percent(summary?.success_rate)}</td>
      <td class="num end-cell">${short(summary?.per_10min_active)}</td>
      <td class="spark-cell">${sparkline(
        practised(report?.bins ?? []).map((bin) => bin.per_10min_active),
        t("chart.throughput"),
      )}</td>
      <td class="num"><time datetime="${run.created_at}">${dayAndTime(run.created_at)}</time></td>
    </tr>`;
  }

  private table(runs: Run[]): TemplateResult {
    if (runs.length === 0) {
      return html`<div class="empty"><h2>${t("runs.empty_title")}</h2><p>${t("runs.empty_help")}</p></div>`;
    }
    return html`<div class="table-scroll" role="region" aria-label="${t("runs.title")}" tabindex="0"><table>
      <thead><tr>
        <th scope="col">${t("runs.run")}</th><th scope="col">${t("runs.state")}</th>
        <th scope="col">${t("episode.task")}</th><th scope="col">${t("runs.algorithm")}</th>
        <th scope="col" class="end-cell" title="${t("define.active_seconds")}">${t("runs.robot_time")}</th>
        <th scope="col" class="end-cell">${t("report.successes")}</th>
        <th scope="col" class="end-cell" title="${t("define.success_rate")}">${t("chart.success")}</th>
        <th scope="col" class="end-cell" title="${t("define.throughput_active")}">${t("unit.per_10min_active")}</th>
        <th scope="col">${t("runs.trend")}</th><th scope="col">${t("runs.created")}</th>
      </tr></thead>
      <tbody>${runs.map((run) => this.row(run))}</tbody>
    </table></div>`;
  }

  protected override render(): TemplateResult {
    const toggle = () => {
      this.adding = !this.adding;
      this.requestUpdate();
    };
    return html`<div class="page-head">
        <h1>${t("runs.title")}</h1>
        ${can("run") ? html`<button type="button" class="end ${this.adding ? "" : "primary"}" aria-expanded="${this.adding ? "true" : "false"}" @click=${toggle}>${this.adding ? t("action.cancel") : t("runs.new")}</button>` : nothing}
      </div>
      ${this.adding && can("run") ? html`<rlt-new-run .tasks=${this.tasks}></rlt-new-run>` : nothing}
      ${filterBar([taskField(this.tasks)], this.filter, (name, value) => this.change(name, value))}
      ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
      ${this.runs ? this.table(this.runs) : html`<p class="loading">${t("app.loading")}</p>`}`;
  }
}

customElements.define("rlt-runs", Runs);
