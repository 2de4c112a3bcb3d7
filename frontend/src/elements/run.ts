/** One run: its state, curves, configuration and checkpoints. */

import { html, nothing, type TemplateResult } from "lit";
import { get, Problem, post, query } from "../api/client";
import type { Checkpoint, Episode, Report, Run, Task } from "../api/types";
import { practised } from "../lib/compare";
import { LightElement } from "../lib/element";
import { dayAndTime, duration, moment, num, percent, short } from "../lib/format";
import { type Key, localised, t, word } from "../lib/i18n";
import { live } from "../lib/live";
import { held } from "../lib/metrics";
import { can, subject } from "../lib/page";
import { RunFeed } from "../lib/run_feed";
import { saveAs } from "../lib/run_file";
import { allTasks } from "../lib/tasks";
import { interventionChart, stepsChart, successChart } from "./attempt_charts";
import type { ChartData } from "./chart";
import "./chart";
import type { EvaluationsPanel } from "./evaluations";
import "./evaluations";
import { eventLine } from "./event_line";
import { figure } from "./figure";
import { legend, throughputData } from "./report_charts";
import { runState } from "./run_state";
import "./run_compare";
import { settingWords } from "./run_compare";
import "./suggestions";
import "./tune";

interface Curve {
  title: Key;
  define: Key;
  unit: string;
  /** The last one is shown in figures. */
  names: readonly [name: string, label: Key | "", token: string][];
  /** Show the sum of all instead. */
  sum?: boolean;
  /** It stays as it is until its next point. */
  holds?: boolean;
}

const CURVES: readonly Curve[] = [
  {
    title: "chart.q",
    define: "define.q",
    unit: "",
    names: [
      ["q_max", "chart.max", "--ink-3"],
      ["q_min", "chart.min", "--ink-3"],
      ["q_mean", "chart.mean", "--rl"],
    ],
  },
  {
    title: "chart.bc",
    define: "define.bc_distance",
    unit: "z²",
    names: [["bc_distance", "", "--rl"]],
  },
  {
    title: "chart.critic_loss",
    define: "define.critic_loss",
    unit: "",
    names: [["critic_loss", "", "--rl"]],
  },
  {
    title: "chart.actor_loss",
    define: "define.actor_loss",
    unit: "",
    names: [["actor_loss", "", "--rl"]],
  },
  {
    title: "chart.updates",
    define: "define.updates",
    unit: "1/s",
    names: [["updates_per_s", "", "--ink-2"]],
  },
  { title: "chart.utd", define: "define.utd", unit: "", names: [["utd", "", "--ink-2"]] },
  {
    title: "chart.replay",
    define: "define.replay",
    unit: "",
    sum: true,
    names: [
      ["replay_base", "phase.base", "--base"],
      ["replay_rl", "phase.rl", "--rl"],
      ["replay_human", "phase.human", "--human-line"],
    ],
  },
  {
    title: "chart.label_to_reward",
    define: "define.label_to_reward",
    unit: "ms",
    names: [["label_to_reward_ms", "", "--ink-2"]],
  },
  {
    title: "chart.beta",
    define: "define.beta",
    unit: "",
    holds: true,
    names: [["beta", "", "--human-line"]],
  },
  {
    title: "chart.exploration",
    define: "define.exploration",
    unit: "z",
    holds: true,
    names: [
      ["exploration_step", "chart.per_step", "--ink-2"],
      ["exploration_chunk", "chart.per_chunk", "--human-line"],
    ],
  },
];
const METRIC_NAMES = CURVES.flatMap((curve) => curve.names.map(([name]) => name));
const DRAW_MS = 1000;

export class RunPage extends LightElement {
  private run: Run | null = null;
  private tasks: Task[] = [];
  private others: Run[] = [];
  private checkpoints: Checkpoint[] = [];
  private report: Report | null = null;
  private episodes: Episode[] = [];
  private feed: RunFeed | null = null;
  private missing = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const id = subject("run_id");
    const feed = new RunFeed(
      id,
      () => this.run?.robot_ids ?? [],
      () => this.requestUpdate(),
    );
    this.feed = feed;
    this.keep(() => feed.stop());
    this.keep(
      live.on("run", ({ run }) => {
        if (run.id === id) this.run = run;
      }),
    );
    this.keep(live.on("label", () => void this.loadReport(id).catch(() => undefined)));
    this.every(DRAW_MS, () => this.requestUpdate());
    this.every(15_000, () => void this.loadCheckpoints(id).catch(() => undefined));
    void this.load(id);
  }

  private async load(id: string): Promise<void> {
    await this.attempt(async () => {
      try {
        [this.run, this.tasks, this.others] = await Promise.all([
          get<Run>(`/runs/${id}`),
          allTasks(),
          get<Run[]>("/runs"),
        ]);
      } catch (error) {
        this.missing = error instanceof Problem && error.status === 404;
        if (!this.missing) throw error;
        return;
      }
      await Promise.all([
        this.loadCheckpoints(id),
        this.loadReport(id),
        this.feed?.load([...METRIC_NAMES, "updates_total"]),
      ]);
    });
  }

  private async loadCheckpoints(id: string): Promise<void> {
    this.checkpoints = await get<Checkpoint[]>(`/checkpoints?run=${id}`);
  }

  private async loadReport(id: string): Promise<void> {
    const from = this.run?.created_at;
    const [report, page] = await Promise.all([
      get<Report>(`/reports/throughput${query({ run: id, from, bin: 600 })}`),
      get<{ items: Episode[] }>(`/episodes${query({ run: id, limit: 200 })}`),
    ]);
    this.report = report;
    this.episodes = page.items.toReversed();
  }

  private change(path: string): void {
    const id = subject("run_id");
    void this.attempt(async () => {
      await post(path);
      this.run = await get<Run>(`/runs/${id}`);
      await this.loadCheckpoints(id);
    });
  }

  private actions(run: Run): TemplateResult | typeof nothing {
    if (!can("run") || run.state === "stopped" || run.state === "finished") return nothing;
    const button = (verb: "pause" | "resume" | "stop") =>
      html`<button type="button" ?disabled=${this.busy} @click=${() => this.change(`/runs/${run.id}/${verb}`)}>${t(`run.${verb}`)}</button>`;
    return html`<div class="end actions">${run.state === "running" ? button("pause") : button("resume")} ${button("stop")}</div>`;
  }

  private head(run: Run): TemplateResult {
    const title =
      localised(this.tasks.find((task) => task.id === run.task_id)?.title) || run.task_id;
    return html`<div class="page-head">
        <h1>${t("run.number", { n: run.number })} · ${run.name}</h1>
        <p>${runState(run.state)} <span class="quiet">${title} · ${word("regime", run.regime)} · ${run.algorithm} · ${dayAndTime(run.created_at)}</span></p>
        ${this.actions(run)}
      </div>
      ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}`;
  }

  private summary(run: Run, report: Report): TemplateResult {
    const s = report.summary;
    const base = report.references.base;
    const aside =
      base?.per_10min && s.per_10min_active
        ? `×${num(s.per_10min_active / base.per_10min, 1)} ${t("reference.base")}`
        : "";
    return html`<dl class="panel figures spread">
      ${figure({ label: t("chart.throughput"), value: short(s.per_10min_active), unit: t("unit.per_10min_active"), aside, define: "define.throughput_active", href: `/reports?run=${run.id}` })}
      ${figure({ label: t("chart.success"), value: percent(s.success_rate), aside: s.wilson ? `${percent(s.wilson[0])} – ${percent(s.wilson[1])}` : "", define: "define.success_rate", href: `/episodes?run=${run.id}` })}
      ${figure({ label: t("report.median_steps"), value: num(s.median_steps), unit: t("unit.steps"), aside: base?.median_steps ? `${t("reference.base")} ${num(base.median_steps)}` : "", define: "define.steps" })}
      ${figure({ label: t("report.successes"), value: num(s.successes), aside: t("report.of", { n: s.successes + s.failures }), define: "define.successes", href: `/episodes?run=${run.id}&outcome=success` })}
      ${figure({ label: t("runs.robot_time"), value: duration(s.active_seconds), define: "define.active_seconds" })}
    </dl>`;
  }

  private curve(curve: Curve, feed: RunFeed, window: [number, number]): TemplateResult {
    const aligned = feed.metrics.aligned(curve.names.map(([name]) => name));
    const { x, values } = curve.holds ? held(aligned, window[1]) : aligned;
    const series = curve.names.map(([, label, token], index) => ({
      label: label ? t(label) : t(curve.title),
      token,
      values: values[index] ?? [],
      stepped: curve.holds ?? false,
    }));
    const data: ChartData = { x, xKind: "time", series, window, marks: feed.marks() };
    const last = curve.names.map(([name]) => feed.metrics.last(name));
    const shown = curve.sum
      ? last.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      : last.at(-1);
    return html`<section class="panel chart-panel">
      <div class="chart-head">
        <dl class="figures">${figure({ label: t(curve.title), value: short(shown), unit: curve.unit, define: curve.define })}</dl>
        ${series.length > 1 ? legend(data) : nothing}
      </div>
      <rlt-chart .data=${data} .height=${130} label="${t(curve.title)}"></rlt-chart>
    </section>`;
  }

  private throughput(run: Run, report: Report): TemplateResult {
    const data = throughputData({ ...report, bins: practised(report.bins) });
    return html`<section class="panel chart-panel wide">
        <h2>${t("chart.throughput")} <span class="quiet">${t("unit.per_10min_active")}</span> ${legend(data)}</h2>
        <rlt-chart .data=${data} .height=${190} label="${t("chart.throughput")}"></rlt-chart>
      </section>
      <div class="curves">
        ${successChart(this.episodes, `/episodes${query({ run: run.id })}`)}
        ${stepsChart(this.episodes, report)} ${interventionChart(this.episodes)}
      </div>`;
  }

  /** What may change, the curves, and below them what happened meanwhile. */
  private learning(run: Run): TemplateResult | typeof nothing {
    const feed = this.feed;
    if (!feed) return nothing;
    const window = feed.window(Date.now() / 1000);
    const take = (event: CustomEvent<Run>) => {
      this.run = event.detail;
    };
    return html`<rlt-tune .run=${run} .inForce=${this.inForce} @tuned=${take}></rlt-tune>
      <div class="curves">${CURVES.map((curve) => this.curve(curve, feed, window))}</div>
      ${eventLine({ events: feed.events, window })}`;
  }

  private readonly inForce = (name: string): number | null => this.feed?.metrics.last(name) ?? null;

  private evaluate(version: number): void {
    this.querySelector<EvaluationsPanel>("rlt-evaluations")?.ask(version);
  }

  private checkpointRow(checkpoint: Checkpoint, newest: boolean, pinned: boolean): TemplateResult {
    const state = checkpoint.promoted
      ? t("checkpoint.promoted")
      : newest && !pinned
        ? t("checkpoint.playing")
        : "";
    return html`<tr class="${checkpoint.promoted ? "chosen" : ""}">
      <th scope="row" class="num">${t("vital.version", { n: checkpoint.version })}</th>
      <td>${state}</td>
      <td class="num end-cell">${num(checkpoint.updates)}</td>
      <td class="num end-cell">${num(checkpoint.transitions)}</td>
      <td class="num end-cell">${short(Number(checkpoint.metrics.q_mean))}</td>
      <td><code title="${checkpoint.actor_sha256}">${checkpoint.actor_sha256.slice(0, 10)}</code></td>
      <td class="num"><time datetime="${checkpoint.created_at}">${moment(checkpoint.created_at)}</time></td>
      <td><div class="eval-row-actions">${can("run") ? html`<button type="button" class="small" aria-label="${t("evaluation.ask_one", { what: t("vital.version", { n: checkpoint.version }) })}" @click=${() => this.evaluate(checkpoint.version)}>${t("evaluation.ask")}</button>` : nothing}
        ${can("run") && !checkpoint.promoted ? html`<button type="button" class="small" ?disabled=${this.busy} @click=${() => this.change(`/checkpoints/${checkpoint.id}/promote`)}>${t("checkpoint.promote")}</button>` : nothing}</div></td>
    </tr>`;
  }

  private checkpointTable(run: Run): TemplateResult {
    const rows = [...this.checkpoints].sort((a, b) => b.version - a.version);
    const pinned = rows.some((checkpoint) => checkpoint.promoted);
    const follow =
      pinned && can("run")
        ? html`<button type="button" class="small end" @click=${() => this.change(`/runs/${run.id}/follow`)}>${t("checkpoint.follow")}</button>`
        : nothing;
    return html`<section class="panel"><div class="panel-head"><h2>${t("checkpoint.title")}</h2>${follow}</div>
      ${
        rows.length === 0
          ? html`<p class="quiet">${t("checkpoint.none")}</p>`
          : html`<p class="quiet">${t("checkpoint.hint")}</p><div class="table-scroll short" role="region" aria-label="${t("checkpoint.title")}" tabindex="0"><table><thead><tr>
              <th scope="col">${t("episode.policy")}</th><th scope="col">${t("runs.state")}</th>
              <th scope="col" class="end-cell">${t("checkpoint.updates")}</th><th scope="col" class="end-cell">${t("chart.replay")}</th>
              <th scope="col" class="end-cell">Q</th><th scope="col">SHA-256</th><th scope="col">${t("runs.created")}</th><th scope="col"><span class="sr">${t("checkpoint.promote")}</span></th>
            </tr></thead><tbody>${rows.map((row, index) => this.checkpointRow(row, index === 0, pinned))}</tbody></table></div>`
      }
    </section>`;
  }

  private config(run: Run): TemplateResult {
    return html`<section class="panel">
      <div class="panel-head"><h2>${t("run.config")}</h2>
        <button type="button" class="small end" @click=${() => saveAs(run)}>${t("run.save")}</button></div>
      <dl class="facts two">
        ${Object.keys(run.config).map((name) => html`<div><dt><code>${name}</code></dt><dd class="num">${settingWords(run, name)}</dd></div>`)}
        <div><dt>${t("new_run.seed")}</dt><dd class="num">${run.seed}</dd></div>
        <div><dt>${t("run.code")}</dt><dd><code>${run.code_revision.slice(0, 12) || "–"}</code></dd></div>
      </dl>
    </section>`;
  }

  protected override render(): TemplateResult {
    if (this.missing)
      return html`<div class="empty"><h1>${t("error.title_404")}</h1><p>${t("run.missing")}</p><a class="button" href="/runs">${t("nav.runs")}</a></div>`;
    const run = this.run;
    if (!run)
      return this.problem
        ? html`<p class="problem">${this.problem}</p>`
        : html`<p class="loading">${t("app.loading")}</p>`;
    return html`${this.head(run)} ${this.report ? this.summary(run, this.report) : nothing}
      <rlt-run-compare .run=${run} .runs=${this.others}></rlt-run-compare>
      ${this.report ? this.throughput(run, this.report) : nothing}
      ${this.learning(run)}
      <rlt-evaluations .run=${run} .checkpoints=${this.checkpoints}></rlt-evaluations>
      <rlt-suggestions run="${run.id}"></rlt-suggestions>
      <div class="columns">${this.checkpointTable(run)}${this.config(run)}</div>`;
  }
}

customElements.define("rlt-run", RunPage);
