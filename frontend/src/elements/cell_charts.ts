/** Figures and curves beside the cameras: how the practice goes, and how the learner does. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { get, query } from "../api/client";
import type { Bin, Episode, Report, Robot, Run } from "../api/types";
import type { CellHistory } from "../lib/cell_history";
import { LightElement } from "../lib/element";
import { num, short } from "../lib/format";
import { t } from "../lib/i18n";
import { live } from "../lib/live";
import { can } from "../lib/page";
import { RunFeed } from "../lib/run_feed";
import { interventionChart, stepsChart, successChart } from "./attempt_charts";
import type { ChartData } from "./chart";
import "./chart";
import { eventLine } from "./event_line";
import { figure } from "./figure";
import { latencyChart } from "./latency_chart";
import { legend, referenceLines } from "./report_charts";

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

/** Few who watch a cell tune its run: the panel is fetched when it is opened. */
function loadTuning(): void {
  void import("./tune");
}

export class CellCharts extends LightElement {
  static override properties = {
    robot: { attribute: false },
    history: { attribute: false },
    beat: { type: Number },
    run: { attribute: false },
  };

  declare robot: Robot | null;
  declare history: CellHistory | null;
  /** Grows about once a second; redraws what came by telemetry. */
  declare beat: number;
  declare run: Run | null;
  private report: Report | null = null;
  private episodes: Episode[] = [];
  private feed: RunFeed | null = null;
  /** The run that the feed is of; empty for none, null before the robot is known. */
  private followed: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    super();
    this.robot = null;
    this.history = null;
    this.beat = 0;
    this.run = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const soon = () => this.refreshSoon();
    this.keep(live.on("episode", soon));
    this.keep(live.on("label", soon));
    this.keep(() => this.feed?.stop());
    this.every(60_000, soon);
  }

  /** Telemetry comes ten times a second and hands are driving meanwhile: curves wait for the beat. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const before = changed.get("robot") as Robot | null | undefined;
    const onlyTelemetry = changed.size === 1 && changed.has("robot") && before != null;
    return !onlyTelemetry || before.run_id !== this.robot?.run_id;
  }

  protected override willUpdate(): void {
    const run = this.robot ? (this.robot.run_id ?? "") : null;
    if (run === this.followed || run === null) return;
    this.followed = run;
    this.feed?.stop();
    this.feed = run ? new RunFeed(run, this.robots, () => this.requestUpdate()) : null;
    void this.feed?.load(METRICS).catch(() => undefined);
    this.refreshSoon();
  }

  private refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.attempt(() => this.refresh());
    }, REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    const scope = this.scope();
    const bin = BIN_SECONDS * 1000;
    const from = new Date(Math.floor(Date.now() / bin) * bin - LOOK_BACK_BINS * bin).toISOString();
    const [report, page] = await Promise.all([
      get<Report>(`/reports/throughput${query({ ...scope, from, bin: BIN_SECONDS })}`),
      get<{ items: Episode[] }>(`/episodes${query({ ...scope, limit: 200 })}`),
    ]);
    this.report = report;
    this.episodes = page.items.toReversed();
  }

  private readonly robots = () => (this.robot ? [this.robot.id] : []);
  private readonly scope = () => ({ robot: this.robot?.id, run: this.feed?.run });

  private throughput(report: Report): TemplateResult {
    const values = report.bins.map((bin) => bin.per_10min_active);
    const wall = report.bins.map((bin) => bin.per_10min_wall);
    const data: ChartData = {
      x: report.bins.map((bin) => Date.parse(bin.start) / 1000),
      xKind: "time",
      series: [
        { label: t("report.active"), token: "--rl", values, points: true, fill: 0.12 },
        { label: t("report.wall"), token: "--ink-2", values: wall, dash: [3, 3] },
      ],
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
          href: `/reports${query(this.scope())}`,
        })}
        ${figure({
          label: t("report.wall"),
          value: short(wall.findLast((value) => value !== null)),
          unit: t("unit.per_10min"),
          define: "define.throughput_wall",
          href: `/reports${query(this.scope())}`,
        })}
      </dl>
      ${legend(data)}
      <rlt-chart .data=${data} .height=${132} label="${t("chart.throughput")}"></rlt-chart>
    </section>`;
  }

  private curve(
    feed: RunFeed,
    names: readonly (typeof METRICS)[number][],
    looks: [string, string][],
  ): ChartData {
    const { x, values } = feed.metrics.aligned(names);
    const series = names.map((_, index) => ({
      label: looks[index]?.[0] ?? "",
      token: looks[index]?.[1] ?? "--ink-2",
      values: values[index] ?? [],
    }));
    return { x, xKind: "time", series, window: this.window(), marks: feed.marks() };
  }

  private learner(feed: RunFeed): TemplateResult {
    const q = this.curve(
      feed,
      ["q_max", "q_min", "q_mean"],
      [
        [t("chart.max"), "--ink-3"],
        [t("chart.min"), "--ink-3"],
        [t("chart.mean"), "--rl"],
      ],
    );
    q.bands = [{ upper: 0, lower: 1, token: "--rl" }];
    for (const series of q.series.slice(0, 2)) series.width = 0;
    const bc = this.curve(feed, ["bc_distance"], [[t("chart.bc"), "--rl"]]);
    const last = (name: (typeof METRICS)[number]) => feed.metrics.last(name);
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

  private replay(feed: RunFeed): TemplateResult {
    const data = this.curve(
      feed,
      ["replay_base", "replay_rl", "replay_human"],
      [
        [t("phase.base"), "--base"],
        [t("phase.rl"), "--rl"],
        [t("phase.human"), "--human-line"],
      ],
    );
    const names = ["replay_base", "replay_rl", "replay_human"] as const;
    const total = names.reduce((sum, name) => sum + Math.round(feed.metrics.last(name) ?? 0), 0);
    const utd = this.curve(feed, ["utd"], [[t("chart.utd"), "--ink-2"]]);
    return html`<section class="panel chart-panel">
      <dl class="figures">
        ${figure({ label: t("chart.replay"), value: short(total || null), unit: t("unit.transitions"), define: "define.replay" })}
      </dl>
      ${legend(data)}
      <rlt-chart .data=${data} .height=${72} label="${t("chart.replay")}"></rlt-chart>
    </section>
    <section class="panel chart-panel">
      <dl class="figures">
        ${figure({ label: t("chart.utd"), value: num(feed.metrics.last("utd"), 1), unit: t("unit.updates"), define: "define.utd" })}
      </dl>
      <rlt-chart .data=${utd} .height=${72} label="${t("chart.utd")}"></rlt-chart>
    </section>`;
  }

  /** What people may change, and what happened meanwhile, on the time of the learner's curves. */
  private meanwhile(feed: RunFeed): TemplateResult {
    const inForce = (name: string) => feed.metrics.last(name);
    return html`${eventLine({ events: feed.events, window: this.window() })}
      ${can("run") ? html`<details class="tuning" @toggle=${loadTuning}><summary>${t("tune.title")}</summary><rlt-tune .run=${this.run} .inForce=${inForce}></rlt-tune></details>` : nothing}`;
  }

  private window(): [number, number] {
    const now = Date.now() / 1000;
    return this.feed?.window(now) ?? [now, now];
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.report) return this.problem ? html`<p class="problem">${this.problem}</p>` : nothing;
    const { feed, episodes } = this;
    const latency = latencyChart(
      this.history?.latency ?? [],
      this.robot,
      feed?.metrics.last("label_to_reward_ms") ?? null,
    );
    return html`<div class="charts">
      ${this.throughput(this.report)}
      <div class="chart-pair">
        ${successChart(episodes, `/episodes${query(this.scope())}`)}${stepsChart(episodes, this.report)}
      </div>
      ${interventionChart(episodes)}
      ${feed ? html`<div class="chart-pair">${this.learner(feed)}</div><div class="chart-pair">${this.replay(feed)}</div>${this.meanwhile(feed)}` : nothing}
      ${latency}
    </div>`;
  }
}

customElements.define("rlt-cell-charts", CellCharts);
