/** Figures and curves beside the cameras: how the practice goes, and how the learner does. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { get, query } from "../api/client";
import type { Bin, Episode, Report, Robot } from "../api/types";
import type { CellHistory } from "../lib/cell_history";
import { LightElement } from "../lib/element";
import { num, percent, short } from "../lib/format";
import { t } from "../lib/i18n";
import { live } from "../lib/live";
import { MetricStore } from "../lib/metrics";
import { median, rollingSuccess, wilson } from "../lib/stats";
import type { ChartData } from "./chart";
import "./chart";
import { figure } from "./figure";
import { referenceLines } from "./report_charts";

const METRICS = [
  "q_mean",
  "q_min",
  "q_max",
  "bc_distance",
  "utd",
  "updates_per_s",
  "replay_base",
  "replay_rl",
  "replay_human",
  "label_to_reward_ms",
] as const;
const WINDOW = 50;
const REFRESH_MS = 400;
const BIN_SECONDS = 600;
const LOOK_BACK_BINS = 24;
const RECENT_BINS = 3;

/** Successes per ten active minutes over the newest bins together; single bins jump about. */
export function recentThroughput(bins: readonly Bin[]): number | null {
  const recent = bins.slice(-RECENT_BINS);
  const active = recent.reduce((sum, bin) => sum + bin.active_seconds, 0);
  const successes = recent.reduce((sum, bin) => sum + bin.successes, 0);
  return active > 0 ? (successes * BIN_SECONDS) / active : null;
}

export class CellCharts extends LightElement {
  static override properties = {
    robot: { attribute: false },
    history: { attribute: false },
    beat: { type: Number },
  };

  declare robot: Robot | null;
  declare history: CellHistory | null;
  /** Grows about once a second; redraws what came by telemetry. */
  declare beat: number;
  private report: Report | null = null;
  private episodes: Episode[] = [];
  private metrics = new MetricStore();
  private run = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.robot = null;
    this.history = null;
    this.beat = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const soon = () => this.refreshSoon();
    this.keep(live.on("episode", soon));
    this.keep(live.on("label", soon));
    this.keep(
      live.on("metrics", ({ run, points }) => {
        if (run === this.run) this.metrics.add(points);
      }),
    );
    this.every(60_000, soon);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const run = this.robot?.run_id ?? "";
    if (!changed.has("robot") || !this.robot) return;
    const before = changed.get("robot") as Robot | null | undefined;
    if (run !== this.run || !before) {
      this.run = run;
      this.metrics = new MetricStore();
      this.refreshSoon();
      if (run) {
        live.subscribe([], [run]);
        void this.metrics.load(run, METRICS).catch(() => undefined);
      }
    }
  }

  private refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.attempt(() => this.refresh());
    }, REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    const scope = { robot: this.robot?.id, run: this.run };
    const bin = BIN_SECONDS * 1000;
    const from = new Date(Math.floor(Date.now() / bin) * bin - LOOK_BACK_BINS * bin).toISOString();
    const [report, page] = await Promise.all([
      get<Report>(`/reports/throughput${query({ ...scope, from, bin: BIN_SECONDS })}`),
      get<{ items: Episode[] }>(`/episodes${query({ ...scope, limit: 200 })}`),
    ]);
    this.report = report;
    this.episodes = page.items.toReversed();
  }

  private throughput(report: Report): TemplateResult {
    const values = report.bins.map((bin) => bin.per_10min_active);
    const data: ChartData = {
      x: report.bins.map((bin) => Date.parse(bin.start) / 1000),
      xKind: "time",
      series: [{ label: t("chart.throughput"), token: "--rl", values, points: true, fill: 0.12 }],
      lines: referenceLines(report, "per_10min"),
    };
    const now = recentThroughput(report.bins);
    const base = report.references.base?.per_10min;
    const times = now !== null && base ? `×${num(now / base, 1)}` : "";
    return html`<section class="panel chart-panel">
      <dl class="figures">
        ${figure({
          label: t("chart.throughput_recent", { n: (RECENT_BINS * BIN_SECONDS) / 60 }),
          value: short(now),
          unit: t("unit.per_10min_active"),
          aside: times,
          define: "define.throughput_active",
          href: `/reports${query({ robot: this.robot?.id, run: this.run })}`,
        })}
      </dl>
      <rlt-chart .data=${data} .height=${132} label="${t("chart.throughput")}"></rlt-chart>
    </section>`;
  }

  private judged(): Episode[] {
    return this.episodes.filter((e) => e.outcome === "success" || e.outcome === "failure");
  }

  private success(): TemplateResult {
    const outcomes = this.judged().map((episode) => episode.outcome === "success");
    const recent = outcomes.slice(-WINDOW);
    const interval = wilson(recent.filter(Boolean).length, recent.length);
    const rolling = rollingSuccess(outcomes, WINDOW);
    const data: ChartData = {
      x: this.judged().map((episode) => episode.number),
      xKind: "count",
      percent: true,
      range: [0, 1],
      series: [
        {
          label: t("chart.high"),
          token: "--success",
          values: rolling.map((r) => r.high),
          width: 0,
        },
        { label: t("chart.low"), token: "--success", values: rolling.map((r) => r.low), width: 0 },
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
          href: `/episodes${query({ robot: this.robot?.id, run: this.run })}`,
        })}
      </dl>
      <rlt-chart .data=${data} .height=${96} label="${t("chart.success")}"></rlt-chart>
    </section>`;
  }

  private steps(report: Report): TemplateResult {
    const successes = this.episodes.filter((episode) => episode.outcome === "success");
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
      <rlt-chart .data=${data} .height=${96} label="${t("chart.steps")}"></rlt-chart>
    </section>`;
  }

  private curve(names: readonly (typeof METRICS)[number][], looks: [string, string][]): ChartData {
    const { x, values } = this.metrics.aligned(names);
    const series = names.map((_, index) => ({
      label: looks[index]?.[0] ?? "",
      token: looks[index]?.[1] ?? "--ink-2",
      values: values[index] ?? [],
    }));
    return { x, xKind: "time", series };
  }

  private learner(): TemplateResult {
    const q = this.curve(
      ["q_max", "q_min", "q_mean"],
      [
        [t("chart.max"), "--ink-3"],
        [t("chart.min"), "--ink-3"],
        [t("chart.mean"), "--rl"],
      ],
    );
    q.bands = [{ upper: 0, lower: 1, token: "--rl" }];
    for (const series of q.series.slice(0, 2)) series.width = 0;
    const bc = this.curve(["bc_distance"], [[t("chart.bc"), "--rl"]]);
    const last = (name: (typeof METRICS)[number]) => this.metrics.last(name);
    return html`<section class="panel chart-panel">
        <dl class="figures">
          ${figure({ label: t("chart.q"), value: short(last("q_mean")), aside: `${short(last("q_min"))} … ${short(last("q_max"))}`, define: "define.q" })}
        </dl>
        <rlt-chart .data=${q} .height=${84} label="${t("chart.q")}"></rlt-chart>
      </section>
      <section class="panel chart-panel">
        <dl class="figures">
          ${figure({ label: t("chart.bc"), value: short(last("bc_distance")), unit: "z²", define: "define.bc_distance" })}
        </dl>
        <rlt-chart .data=${bc} .height=${84} label="${t("chart.bc")}"></rlt-chart>
      </section>`;
  }

  private replay(): TemplateResult {
    const data = this.curve(
      ["replay_base", "replay_rl", "replay_human"],
      [
        [t("phase.base"), "--base"],
        [t("phase.rl"), "--rl"],
        [t("phase.human"), "--human-line"],
      ],
    );
    const names = ["replay_base", "replay_rl", "replay_human"] as const;
    const total = names.reduce((sum, name) => sum + Math.round(this.metrics.last(name) ?? 0), 0);
    return html`<section class="panel chart-panel">
      <dl class="figures">
        ${figure({ label: t("chart.replay"), value: short(total || null), unit: t("unit.transitions"), define: "define.replay" })}
        ${figure({ label: "UTD", value: num(this.metrics.last("utd"), 1), unit: t("unit.updates"), define: "define.utd" })}
      </dl>
      <rlt-chart .data=${data} .height=${72} label="${t("chart.replay")}"></rlt-chart>
    </section>`;
  }

  private latency(): TemplateResult {
    const points = this.history?.latency ?? [];
    const data: ChartData = {
      x: points.map((point) => point.at),
      xKind: "time",
      series: [
        { label: t("chart.chunk"), token: "--ink-2", values: points.map((point) => point.ms) },
      ],
    };
    const state = this.robot?.telemetry;
    return html`<section class="panel chart-panel">
      <dl class="figures">
        ${figure({ label: t("chart.chunk"), value: num(state?.chunk_latency_ms), unit: "ms", define: "define.chunk_latency" })}
        ${figure({ label: t("chart.tick"), value: num(state?.lateness_p99_ms, 1), unit: "ms", define: "define.tick" })}
        ${figure({ label: t("chart.label_to_reward"), value: num(this.metrics.last("label_to_reward_ms")), unit: "ms", define: "define.label_to_reward" })}
      </dl>
      <rlt-chart .data=${data} .height=${72} label="${t("chart.chunk")}"></rlt-chart>
    </section>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.report) return this.problem ? html`<p class="problem">${this.problem}</p>` : nothing;
    return html`<div class="charts">
      ${this.throughput(this.report)}
      <div class="chart-pair">${this.success()}${this.steps(this.report)}</div>
      ${this.run ? html`<div class="chart-pair">${this.learner()}</div>` : nothing}
      ${this.run ? this.replay() : nothing}${this.latency()}
    </div>`;
  }
}

customElements.define("rlt-cell-charts", CellCharts);
