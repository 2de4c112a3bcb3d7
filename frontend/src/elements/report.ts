/** The report that people quote: the answer first, then how it came about. */

import { html, type TemplateResult } from "lit";
import { get, query } from "../api/client";
import type { Report, Robot, Run, Task } from "../api/types";
import { LightElement } from "../lib/element";
import { dayAndTime, duration, moment, num, percent, short } from "../lib/format";
import { localised, t } from "../lib/i18n";
import { live } from "../lib/live";
import { can } from "../lib/page";
import { episodesLink, wholeScope } from "../lib/report_links";
import { answer, certainty } from "../lib/report_text";
import { allRobots, robotTitle } from "../lib/robots";
import { allTasks } from "../lib/tasks";
import { figure } from "./figure";
import {
  type FilterField,
  filterBar,
  readFilter,
  regimeField,
  robotField,
  runField,
  taskField,
  writeFilter,
} from "./filters";
import { reportCharts } from "./report_charts";
import { binLength, binTable, groupTables, interval } from "./report_tables";

const NAMES = ["task", "robot", "run", "regime", "hours", "from", "to", "bin"];
const HOURS = ["1", "4", "8", "24", "168", "720"];
const BINS = ["600", "1800", "3600", "86400"];
/** What the server draws at most in one report. */
const MOST_BINS = 1200;
const DEFAULT_HOURS = "8";
const DEFAULT_BIN = "600";
const REFRESH_MS = 2000;
const KIOSK_MS = 60_000;

/** Borders of the bins that the server keeps: a report that begins on one is made quickest. */
const border = (time: number) => Math.floor(time / 600_000) * 600_000;

const periods = () =>
  HOURS.map((value) => {
    const days = Number(value) / 24;
    const label =
      days > 1 ? t("report.last_days", { n: days }) : t("report.last_hours", { n: value });
    return { value, label };
  });

export class ReportPage extends LightElement {
  private filter = readFilter(NAMES);
  private report: Report | null = null;
  private tasks: Task[] = [];
  private robots: Robot[] = [];
  private runs: Run[] = [];
  private due = false;
  private copied = false;
  private readonly kiosk = new URLSearchParams(location.search).has("kiosk");

  override connectedCallback(): void {
    super.connectedCallback();
    document.body.classList.toggle("kiosk", this.kiosk);
    if (this.kiosk) this.every(KIOSK_MS, () => this.refreshSoon());
    this.keep(live.on("label", () => this.refreshSoon()));
    this.keep(live.on("episode", () => this.refreshSoon()));
    void this.attempt(async () => {
      [this.tasks, this.robots, this.runs] = await Promise.all([
        allTasks(),
        allRobots(),
        get<Run[]>("/runs"),
      ]);
      await this.load();
    });
  }

  /** Relabelling changes the past: the page follows, at most every two seconds. */
  private refreshSoon(): void {
    if (this.due) return;
    this.due = true;
    setTimeout(() => {
      this.due = false;
      void this.load()
        .then(() => this.requestUpdate())
        .catch(() => undefined);
    }, REFRESH_MS);
  }

  /** The filter as the server wants it: a period in hours becomes a moment. */
  private asked(): Record<string, string> {
    const { hours, from, to, bin, ...rest } = this.filter;
    const length = Number(hours || DEFAULT_HOURS) * 3_600_000;
    const begin = from || new Date(border(Date.now() - length)).toISOString();
    const least = length / 1000 / MOST_BINS;
    const wanted = bin || DEFAULT_BIN;
    const allowed = Number(wanted) < least ? BINS.find((one) => Number(one) >= least) : wanted;
    return { ...rest, from: begin, ...(to ? { to } : {}), bin: allowed ?? DEFAULT_BIN };
  }

  /** An address that shows the same figures to whoever opens it, also tomorrow. */
  private lasting(): string {
    const { from = "", to = "" } = this.report ?? {};
    return `/reports${query({ ...this.asked(), from, to })}`;
  }

  private share(): void {
    void this.attempt(async () => {
      await navigator.clipboard.writeText(new URL(this.lasting(), location.href).href);
      this.copied = true;
      setTimeout(() => {
        this.copied = false;
        this.requestUpdate();
      }, REFRESH_MS);
    });
  }

  private async load(): Promise<void> {
    this.report = await get<Report>(`/reports/throughput${query(this.asked())}`);
  }

  private change(name: string, value: string): void {
    this.filter = { ...this.filter, [name]: value };
    writeFilter(this.filter);
    void this.attempt(() => this.load());
  }

  private taskTitle = (id: string): string => {
    return localised(this.tasks.find((task) => task.id === id)?.title) || id;
  };

  private scope(): string {
    const { task, robot, run } = this.filter;
    const cell = this.robots.find((known) => known.id === robot);
    const campaign = this.runs.find((known) => known.id === run);
    const parts = [
      task ? this.taskTitle(task) : "",
      cell ? robotTitle(cell) : "",
      campaign ? `${t("run.number", { n: campaign.number })} “${campaign.name}”` : "",
    ];
    return parts.filter(Boolean).join(", ") || t("report.everything");
  }

  private fields(): FilterField[] {
    const bins = BINS.map((value) => ({ value, label: binLength(Number(value)) }));
    return [
      taskField(this.tasks),
      robotField(this.robots),
      runField(this.runs),
      regimeField,
      { name: "hours", label: "report.hours", choices: periods(), standard: DEFAULT_HOURS },
      { name: "bin", label: "report.bin", choices: bins, standard: DEFAULT_BIN },
    ];
  }

  private summary(report: Report): TemplateResult {
    const s = report.summary;
    const scope = wholeScope(report, this.filter);
    const link = episodesLink(scope);
    const successes = episodesLink(scope, { outcome: "success" });
    const range = s.per_10min_active_interval;
    return html`<dl class="panel figures spread">
      ${figure({ label: t("report.active"), value: short(s.per_10min_active), unit: t("unit.per_10min"), aside: range ? `${short(range[0])} – ${short(range[1])}` : "", define: "define.throughput_active", href: successes })}
      ${figure({ label: t("report.wall"), value: short(s.per_10min_wall), unit: t("unit.per_10min"), define: "define.throughput_wall", href: successes })}
      ${figure({ label: t("chart.success"), value: percent(s.success_rate), aside: interval(s.wilson), define: "define.success_rate", href: link })}
      ${figure({ label: t("report.median_steps"), value: num(s.median_steps), unit: t("unit.steps"), define: "define.steps", href: successes })}
      ${figure({ label: t("report.interventions"), value: num(s.interventions), define: "define.interventions", href: episodesLink(scope, { taken_over: "true" }) })}
      ${figure({ label: t("report.robot_time"), value: duration(s.robot_seconds), define: "define.robot_time", href: link })}
      ${figure({ label: t("report.label_lag"), value: duration(s.label_lag_seconds), define: "define.label_lag", href: link })}
      ${figure({ label: t("report.unlabelled"), value: num(s.unlabelled), define: "define.unlabelled", href: episodesLink(scope, { outcome: "unlabelled" }) })}
    </dl>`;
  }

  private foot(report: Report): TemplateResult {
    const { automatic_labels: automatic, corrected } = report.summary;
    const changed = episodesLink(wholeScope(report, this.filter), { corrected: "true" });
    return html`<p class="quiet small num">
      ${corrected ? html`<a href="${changed}">${t("report.corrected", { n: num(corrected) })}</a><br />` : ""}
      ${automatic ? html`${t("report.automatic", { n: automatic })}<br />` : ""}
      ${t("report.computed", {
        from: dayAndTime(report.from),
        to: dayAndTime(report.to),
        at: moment(report.computed_at),
        revision: report.revision,
      })}
    </p>`;
  }

  private body(report: Report): TemplateResult {
    return html`<div>
        <p class="answer">${answer(report, this.scope())}</p>
        <p class="quiet">${certainty(report)}</p>
      </div>
      ${this.summary(report)} ${reportCharts(report)} ${binTable(report, this.filter)}
      ${groupTables(report, this.filter, this.taskTitle)} ${this.foot(report)}`;
  }

  protected override render(): TemplateResult {
    const csv = `/api/v1/reports/throughput.csv${query(this.asked())}`;
    const json = `/api/v1/reports/throughput${query(this.asked())}`;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const paper = `/reports/print${query({ ...this.asked(), tz: zone })}`;
    const wall = `/reports${query({ ...this.filter, kiosk: this.kiosk ? "" : "1" })}`;
    return html`<div class="page-head">
        <h1>${t("report.title")}</h1>
        <div class="end actions">
          ${can("report") ? html`<a class="button" href="${csv}" download>CSV</a>` : ""}
          <a class="button" href="${json}" download="throughput.json">JSON</a>
          <a class="button" href="${paper}">${t("report.print")}</a>
          <button type="button" @click=${() => this.share()}>${this.copied ? t("report.copied") : t("report.share")}</button>
          <a class="button" href="${wall}">${this.kiosk ? t("fleet.leave_kiosk") : t("fleet.kiosk")}</a>
        </div>
      </div>
      ${filterBar(this.fields(), this.filter, (name, value) => this.change(name, value))}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : ""}
      ${this.report ? this.body(this.report) : html`<p class="loading">${t("app.loading")}</p>`}`;
  }
}

customElements.define("rlt-report", ReportPage);
