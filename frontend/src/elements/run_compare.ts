/** A run beside others: their curves over one another, and the settings that differ. */

import { html, nothing, type TemplateResult } from "lit";
import { get, query } from "../api/client";
import type { Report, Run } from "../api/types";
import {
  type BinFigure,
  binFor,
  differing,
  type Line,
  MOST_OTHERS,
  overlaid,
  overRobotTime,
  overUpdates,
  settingOf,
} from "../lib/compare";
import { LightElement } from "../lib/element";
import { percent, short } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { MetricStore } from "../lib/metrics";
import type { ChartData, ChartSeries } from "./chart";
import "./chart";
import { readFilter, writeFilter } from "./filters";

const LOOKS: readonly Pick<ChartSeries, "token" | "dash">[] = [
  { token: "--rl" },
  { token: "--human-line", dash: [7, 3] },
  { token: "--success", dash: [2, 3] },
  { token: "--ink-2", dash: [9, 3, 2, 3] },
];
const FIGURES: readonly { figure: BinFigure; title: Key; percent?: boolean }[] = [
  { figure: "per_10min_active", title: "chart.throughput" },
  { figure: "success_rate", title: "chart.success", percent: true },
  { figure: "median_steps", title: "report.median_steps" },
];
const CURVES: readonly { name: string; title: Key }[] = [
  { name: "q_mean", title: "chart.q" },
  { name: "bc_distance", title: "chart.bc" },
  { name: "critic_loss", title: "chart.critic_loss" },
];

interface Loaded {
  report: Report;
  metrics: MetricStore;
}

const runName = (run: Run) => `${t("run.number", { n: run.number })} · ${run.name}`;

/** A setting in words: as configured, and what a person made of it since. */
export function settingWords(run: Run, name: string): string {
  const { configured, tuned } = settingOf(run, name);
  return tuned ? `${configured} → ${tuned} (${t("tune.live")})` : configured;
}

export class RunCompare extends LightElement {
  static override properties = { run: { attribute: false }, runs: { attribute: false } };

  declare run: Run | null;
  /** All that there are; the page's own among them. */
  declare runs: readonly Run[];
  private chosen = (readFilter(["with"]).with ?? "").split(",").filter(Boolean);
  private readonly loaded = new Map<string, Loaded>();
  private readonly asked = new Set<string>();

  constructor() {
    super();
    this.run = null;
    this.runs = [];
  }

  /** The page's run first, then those chosen. */
  private compared(): Run[] {
    const others = this.chosen.map((id) => this.runs.find((run) => run.id === id));
    return [this.run, ...others].filter((run): run is Run => Boolean(run));
  }

  protected override updated(): void {
    const runs = this.compared();
    if (runs.length < 2) return;
    for (const run of runs) if (!this.asked.has(run.id)) void this.load(run);
  }

  private async load(run: Run): Promise<void> {
    this.asked.add(run.id);
    const from = run.created_at;
    const to = run.ended_at ?? new Date().toISOString();
    const bin = binFor((Date.parse(to) - Date.parse(from)) / 1000);
    const metrics = new MetricStore();
    await this.attempt(async () => {
      const [report] = await Promise.all([
        get<Report>(`/reports/throughput${query({ run: run.id, from, bin })}`),
        metrics.load(
          run.id,
          CURVES.map(({ name }) => name),
        ),
      ]);
      this.loaded.set(run.id, { report, metrics });
    });
  }

  private choose(chosen: string[]): void {
    this.chosen = chosen;
    writeFilter({ with: chosen.join(",") });
    this.requestUpdate();
  }

  private add(event: Event): void {
    const select = event.target as HTMLSelectElement;
    if (select.value) this.choose([...this.chosen, select.value]);
    select.value = "";
  }

  private picker(): TemplateResult {
    const free = this.runs.filter(({ id }) => id !== this.run?.id && !this.chosen.includes(id));
    const full = this.chosen.length >= MOST_OTHERS;
    return html`<label class="end small">${t("compare.with")}
      <select ?disabled=${full || free.length === 0} @change=${(event: Event) => this.add(event)}>
        <option value="">${free.length > 0 ? t("compare.choose") : t("compare.no_other")}</option>
        ${free.map((run) => html`<option value="${run.id}">${runName(run)}</option>`)}
      </select></label>`;
  }

  /** Which line is which run, by colour and by dashes. */
  private legend(runs: readonly Run[]): TemplateResult {
    const remove = (id: string) => this.choose(this.chosen.filter((known) => known !== id));
    return html`<ul class="compare-legend">
      ${runs.map((run, index) => {
        const { token = "--rl", dash = [] } = LOOKS[index] ?? {};
        const own = run.id === this.run?.id;
        return html`<li>
          <svg viewBox="0 0 32 8" aria-hidden="true" class="compare-line line${token}"><path d="M0 4H32" stroke-dasharray="${dash.join(" ")}" /></svg>
          ${own ? html`<strong>${runName(run)}</strong>` : html`<a href="/runs/${run.id}">${runName(run)}</a>`}
          ${own ? nothing : html`<button type="button" class="small" aria-label="${t("compare.remove", { name: runName(run) })}" @click=${() => remove(run.id)}>✕</button>`}
        </li>`;
      })}
    </ul>`;
  }

  private chart(title: Key, runs: readonly Run[], lines: Line[], isShare = false): TemplateResult {
    const { x, values } = overlaid(lines);
    const data: ChartData = {
      x,
      xKind: "count",
      percent: isShare,
      ...(isShare ? { range: [0, 1] as [number, number] } : {}),
      series: runs.map((run, index) => ({
        label: runName(run),
        ...(LOOKS[index] ?? { token: "--ink-3" }),
        values: values[index] ?? [],
        points: (lines[index]?.x.length ?? 0) < 30,
      })),
    };
    const last = (line: Line) => {
      const value = line.y.findLast((one) => one !== null);
      return isShare ? percent(value) : short(value);
    };
    return html`<section class="panel chart-panel">
      <h3>${t(title)} <span class="num quiet small">${lines.map(last).join(" ↔ ")}</span></h3>
      <rlt-chart .data=${data} .height=${150} label="${t(title)}"></rlt-chart>
    </section>`;
  }

  private curves(runs: readonly Run[]): TemplateResult {
    const all = runs.map(({ id }) => this.loaded.get(id));
    const known = all.filter((one): one is Loaded => one !== undefined);
    if (known.length < runs.length)
      return this.problem
        ? html`<p class="problem">${this.problem}</p>`
        : html`<p class="loading">${t("app.loading")}</p>`;
    return html`<h3 class="quiet">${t("compare.by_time")}</h3>
      <div class="curves">${FIGURES.map(({ figure, title, percent: isShare }) =>
        this.chart(
          title,
          runs,
          known.map(({ report }) => overRobotTime(report.bins, figure)),
          isShare,
        ),
      )}</div>
      <h3 class="quiet">${t("compare.by_update")}</h3>
      <div class="curves">${CURVES.map(({ name, title }) =>
        this.chart(
          title,
          runs,
          known.map(({ metrics }) => overUpdates(metrics.points(name))),
        ),
      )}</div>`;
  }

  private settings(runs: readonly Run[]): TemplateResult {
    const names = differing(runs);
    if (names.length === 0) return html`<p class="quiet">${t("run.same")}</p>`;
    return html`<div class="table-scroll" role="region" aria-label="${t("compare.settings")}" tabindex="0"><table>
      <thead><tr><th scope="col">${t("compare.settings")}</th>${runs.map((run) => html`<th scope="col">${runName(run)}</th>`)}</tr></thead>
      <tbody>${names.map((name) => html`<tr><th scope="row"><code>${name}</code></th>${runs.map((run) => html`<td class="num">${settingWords(run, name)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
  }

  protected override render(): TemplateResult {
    const runs = this.compared();
    const alone = runs.length < 2;
    return html`<section class="panel compare" aria-label="${t("compare.title")}">
      <div class="panel-head"><h2>${t("compare.title")}</h2>${this.picker()}</div>
      ${alone ? nothing : html`${this.legend(runs)} ${this.curves(runs)} ${this.settings(runs)}`}
    </section>`;
  }
}

customElements.define("rlt-run-compare", RunCompare);
