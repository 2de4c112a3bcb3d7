/** The wall of cells, those that need a person first. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { get, query } from "../api/client";
import type { Episode, Report, Robot, Run } from "../api/types";
import { LightElement } from "../lib/element";
import { num, short } from "../lib/format";
import { t, word } from "../lib/i18n";
import { live } from "../lib/live";
import { can } from "../lib/page";
import { cameraTitle, robotTitle, watchRobots } from "../lib/robots";
import { shape } from "../lib/shapes";
import { taskTitles } from "../lib/tasks";
import { byNeed, isUrgent, needOf } from "../lib/urgency";
import "./camera_tile";
import { sparkline } from "./sparkline";

const HOUR_MS = 3_600_000;
const RECENT = 10;
const KIOSK_HOURS = 8;

export class Fleet extends LightElement {
  private robots: Robot[] | null = null;
  private runs = new Map<string, Run>();
  private titles = new Map<string, string>();
  private recent = new Map<string, Episode[]>();
  private readonly asked = new Set<string>();
  private reports = new Map<string, Report>();
  private whole: Report | null = null;
  private readonly kiosk = new URLSearchParams(location.search).has("kiosk");

  override connectedCallback(): void {
    super.connectedCallback();
    document.body.classList.toggle("kiosk", this.kiosk);
    this.keep(watchRobots((robots) => this.onRobots([...robots.values()])));
    this.keep(live.on("episode", ({ episode }) => void this.loadCell(episode.robot.id)));
    this.keep(live.on("label", () => void this.loadAll()));
    this.every(60_000, () => void this.loadAll());
    void this.loadNames();
  }

  private onRobots(robots: Robot[]): void {
    const fresh = robots.filter((robot) => !this.asked.has(robot.id));
    this.robots = robots;
    for (const robot of fresh) void this.loadCell(robot.id);
    this.requestUpdate();
  }

  private async loadNames(): Promise<void> {
    await this.attempt(async () => {
      const [titles, runs] = await Promise.all([taskTitles(), get<Run[]>("/runs")]);
      this.titles = titles;
      this.runs = new Map(runs.map((run) => [run.id, run]));
      this.robots ??= await get<Robot[]>("/robots");
      if (this.kiosk) await this.loadWhole();
    });
  }

  private async loadAll(): Promise<void> {
    if (this.kiosk) await this.loadWhole();
    await Promise.all((this.robots ?? []).map((robot) => this.loadCell(robot.id)));
  }

  private async loadWhole(): Promise<void> {
    const from = new Date(
      Math.floor(Date.now() / 600_000) * 600_000 - KIOSK_HOURS * HOUR_MS,
    ).toISOString();
    this.whole = await get<Report>(`/reports/throughput${query({ from, bin: 3600 })}`).catch(
      () => null,
    );
    this.requestUpdate();
  }

  private async loadCell(robot: string): Promise<void> {
    this.asked.add(robot);
    const bin = 600;
    const from = new Date(Math.floor(Date.now() / 600_000) * 600_000 - 3 * HOUR_MS).toISOString();
    try {
      const [page, report] = await Promise.all([
        get<{ items: Episode[] }>(`/episodes${query({ robot, limit: RECENT })}`),
        get<Report>(`/reports/throughput${query({ robot, from, bin })}`),
      ]);
      this.recent.set(robot, page.items.toReversed());
      this.reports.set(robot, report);
    } catch {
      // The card keeps its last figures; the connection mark in the header tells that they are old.
    }
    this.requestUpdate();
  }

  /** One big number a task, for the wall that everybody passes. */
  private taskNumbers(): TemplateResult | typeof nothing {
    if (!this.kiosk || !this.whole) return nothing;
    return html`<dl class="task-numbers">
      ${this.whole.by_task.map(
        (row) => html`<div title="${t("define.throughput_active")}">
          <dt>${this.titles.get(row.key) ?? row.name}</dt>
          <dd class="num">${short(row.per_10min_active)} <span>${t("unit.per_10min_active")}</span></dd>
        </div>`,
      )}
    </dl>`;
  }

  private marks(robot: Robot): TemplateResult {
    const episodes = this.recent.get(robot.id);
    if (!episodes) return html`<p class="marks"></p>`;
    if (episodes.length === 0) return html`<p class="marks quiet">${t("fleet.no_episodes")}</p>`;
    return html`<ul class="marks" aria-label="${t("fleet.recent")}">
      ${episodes.map((episode) => {
        const name = episode.outcome ?? "unlabelled";
        const words = `${t("label.episode", { n: episode.number })}: ${word("outcome", name)}`;
        return html`<li><a class="mark outcome-${name}" href="/episodes/${episode.id}" title="${words}">${shape(name)}<span class="sr">${words}</span></a></li>`;
      })}
    </ul>`;
  }

  private throughput(robot: Robot): TemplateResult {
    const report = this.reports.get(robot.id);
    const values = report?.bins.map((bin) => bin.per_10min_active) ?? [];
    return html`<div class="card-throughput" title="${t("define.throughput_active")}">
      <span class="card-number num">${short(report?.summary.per_10min_active)}</span>
      <span class="small quiet">${t("unit.per_10min_active")}</span>
      ${sparkline(values, t("chart.throughput"))}
    </div>`;
  }

  /** The place as a whole, and what the hand is at; where nobody films the place, just the hand. */
  private view(robot: Robot, phase: string): TemplateResult {
    const cameras = robot.spec.cameras ?? [];
    const place = cameras.find((camera) => camera.policy_size === 0);
    const close = cameras.find((camera) => camera.policy_size > 0);
    const large = place ?? close;
    if (!large) {
      return html`<div class="tile tile-none" data-phase="${phase}"><p class="quiet">${t("camera.none")}</p></div>`;
    }
    return html`<rlt-camera robot="${robot.id}" camera="${large.name}" caption="${cameraTitle(large.name, large.title)}" size="wall" phase="${phase}"></rlt-camera>
      ${place && close ? html`<rlt-camera class="inset" robot="${robot.id}" camera="${close.name}" caption="${cameraTitle(close.name, close.title)}" size="wall"></rlt-camera>` : nothing}`;
  }

  private card(robot: Robot): TemplateResult {
    const need = needOf(robot);
    const state = robot.connected ? robot.telemetry : null;
    const phase = state?.phase ?? "offline";
    const run = robot.run_id ? this.runs.get(robot.run_id) : undefined;
    return html`<li class="card ${isUrgent(need) ? "urgent" : ""}">
      <a class="card-view" href="/robots/${robot.id}" tabindex="-1" aria-hidden="true">
        ${this.view(robot, phase)}
      </a>
      <div class="card-body">
        <p class="card-need need-${need}">${shape(need === "label" ? "unlabelled" : need)} ${t(`need.${need}`)}</p>
        <h2><a href="/robots/${robot.id}">${robotTitle(robot)}</a></h2>
        <p class="card-where">
          <span>${this.titles.get(robot.task_id ?? "") ?? robot.task_id ?? t("cell.no_task")}</span>
          ${run ? html`<a href="/runs/${run.id}">${t("run.number", { n: run.number })} · ${run.name}</a>` : nothing}
        </p>
        <p class="card-phase"><span class="phase-mark phase-${phase}">${shape(phase)} ${word("phase", phase)}</span>
          <span class="num quiet">${state?.activity === "episode" ? `${num(state.episode_seconds, 1)} s` : ""}</span>
          ${robot.lease.holder ? html`<span class="quiet card-driver">${t("fleet.driver", { name: robot.lease.holder.name })}</span>` : nothing}
        </p>
        ${this.marks(robot)} ${this.throughput(robot)}
      </div>
    </li>`;
  }

  private offers(): TemplateResult | typeof nothing {
    const simulated = this.robots?.find((robot) => robot.kind === "simulated");
    const known = [...this.recent.values()];
    const unused = known.length > 0 && known.every((episodes) => episodes.length < 3);
    if (!simulated || !unused || !can("drive")) return nothing;
    return html`<section class="offers" aria-label="${t("first.title")}">
      <a class="offer" href="/robots/${simulated.id}?guide=watch"><strong>${t("first.watch")}</strong><span>${t("first.watch_help")}</span></a>
      <a class="offer" href="/robots/${simulated.id}?guide=drive"><strong>${t("first.drive")}</strong><span>${t("first.drive_help")}</span></a>
    </section>`;
  }

  private wall(robots: Robot[]): TemplateResult {
    const urgent = robots.filter((robot) => isUrgent(needOf(robot))).length;
    return html`<div class="page-head">
        <h1>${t("fleet.title")}</h1>
        <p class="quiet" role="status">${urgent ? t("fleet.urgent", { n: urgent }) : t("fleet.calm")}</p>
        <a class="end" href="${this.kiosk ? "/" : "/?kiosk=1"}">${this.kiosk ? t("fleet.leave_kiosk") : t("fleet.kiosk")}</a>
      </div>
      ${this.taskNumbers()} ${this.offers()}
      <ul class="wall">
        ${repeat(
          byNeed(robots),
          (robot) => robot.id,
          (robot) => this.card(robot),
        )}
      </ul>`;
  }

  protected override render(): TemplateResult {
    if (this.robots === null) {
      return this.problem
        ? html`<p class="problem">${this.problem}</p>`
        : html`<p class="loading">${t("app.loading")}</p>`;
    }
    if (this.robots.length > 0) return this.wall(this.robots);
    return html`<div class="empty">
      <h1>${t("fleet.empty_title")}</h1>
      <p>${t("fleet.empty_help")}</p>
      ${can("admin") ? html`<a class="button" href="/admin#robots">${t("fleet.empty_do")}</a>` : nothing}
    </div>`;
  }
}

customElements.define("rlt-fleet", Fleet);
