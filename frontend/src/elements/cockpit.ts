/** The cell page: cameras, who drives, what to do, how it goes. */

import { html, nothing, type TemplateResult } from "lit";
import { get } from "../api/client";
import type { AuditRow, Episode, Label, References, Robot, Run, Task } from "../api/types";
import { CellHistory } from "../lib/cell_history";
import type { DriveState } from "../lib/drive";
import { Driving } from "../lib/driving";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { t } from "../lib/i18n";
import { addHotkeys } from "../lib/keys";
import { live } from "../lib/live";
import { can, pageData, subject } from "../lib/page";
import { cameraTitle, robotTitle, watchRobots } from "../lib/robots";
import { said } from "../lib/said_now";
import { hid, spaceMouse } from "../lib/spacemouse";
import { allTasks } from "../lib/tasks";
import { axesOverlay } from "./axes_overlay";
import "./camera_tile";
import type { CameraTile } from "./camera_tile";
import "./cell_charts";
import "./do_panel";
import type { DoPanel } from "./do_panel";
import { drivePanel } from "./drive_panel";
import { guideStrip } from "./guide";
import "./label_bar";
import "./lease_bar";
import { phaseDisplay } from "./phase_display";
import { ribbon } from "./ribbon";
import "./task_switch";

const NO_DRIVE: DriveState = { active: false, twist: [0, 0, 0, 0, 0, 0], blind: false };

export class Cockpit extends LightElement {
  private robot: Robot | null = null;
  private missing = false;
  private task: Task | null = null;
  private run: Run | null = null;
  private focused = "";
  private regime = "";
  private last: Episode | null = null;
  private history = new CellHistory();
  private drive = NO_DRIVE;
  private beat = 0;
  private readonly driving = new Driving({
    robot: () => subject("robot_id"),
    allowed: () => this.iDrive(),
    pictureAge: () => this.focusTile()?.age() ?? Number.POSITIVE_INFINITY,
    wantsToTakeOver: () => void this.querySelector<DoPanel>("rlt-do")?.order("take_over"),
    changed: (state) => {
      this.drive = state;
      this.requestUpdate();
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    const id = subject("robot_id");
    this.keep(watchRobots((robots) => this.onRobot(robots.get(id) ?? null, robots.size)));
    this.keep(live.on("episode", ({ episode }) => this.onEpisode(episode)));
    this.keep(
      live.on("run", ({ run }) => {
        if (run.id === this.run?.id) this.run = run;
      }),
    );
    this.keep(live.on("event", ({ event }) => this.onEvent(event)));
    this.keep(this.driving.start());
    this.listen(this, "clutch", (event) => {
      this.driving.controller.hold((event as CustomEvent<boolean>).detail);
    });
    this.listen(this, "labelled", (event) => this.onLabel((event as CustomEvent<Label>).detail));
    this.every(1000, () => {
      this.beat += 1;
      this.requestUpdate();
    });
    this.keep(
      addHotkeys([
        { action: "cell.slower", label: "drive.slower", press: () => this.setSpeed(-0.1) },
        { action: "cell.faster", label: "drive.faster", press: () => this.setSpeed(0.1) },
        { action: "cell.camera", label: "camera.next", press: () => this.nextCamera() },
      ]),
    );
    void this.loadLast(id);
  }

  private async loadLast(robot: string): Promise<void> {
    const page = await get<{ items: Episode[] }>(`/episodes?robot=${robot}&limit=1`).catch(
      () => null,
    );
    this.last = page?.items[0] ?? null;
    this.requestUpdate();
  }

  private onRobot(robot: Robot | null, known: number): void {
    this.missing = robot === null && known > 0;
    if (robot) {
      this.history.observe(robot, Date.now() / 1000);
      if (robot.task_id !== this.robot?.task_id) void this.loadTask(robot.task_id);
      if (robot.run_id !== this.robot?.run_id) void this.loadRun(robot.run_id);
      this.focused ||= robot.spec.cameras?.[0]?.name ?? "";
    }
    this.robot = robot;
    this.requestUpdate();
  }

  private onEpisode(episode: Episode): void {
    if (episode.robot.id !== this.robot?.id) return;
    if (!this.last || episode.number >= this.last.number) this.last = episode;
    this.requestUpdate();
  }

  private onEvent(row: AuditRow): void {
    this.history.note(row);
    this.requestUpdate();
  }

  private onLabel(label: Label): void {
    if (this.last?.id === label.episode_id) {
      this.last = { ...this.last, label, outcome: label.outcome };
    }
    this.requestUpdate();
  }

  private async loadTask(id: string | null): Promise<void> {
    const tasks = await allTasks().catch(() => []);
    this.task = tasks.find((task) => task.id === id) ?? null;
    this.requestUpdate();
  }

  private async loadRun(id: string | null): Promise<void> {
    this.run = id ? await get<Run>(`/runs/${id}`).catch(() => null) : null;
    this.regime ||= this.run?.regime ?? "";
    this.requestUpdate();
  }

  private iDrive(): boolean {
    const robot = this.robot;
    const mine = robot?.lease.holder?.id === pageData.user?.id;
    return mine && robot?.telemetry?.phase === "human" && live.connected;
  }

  private focusTile(): CameraTile | null {
    return this.querySelector<CameraTile>("rlt-camera.focus");
  }

  private setSpeed(change: number): void {
    const next = Math.round((this.driving.controller.speed + change) * 10) / 10;
    this.driving.controller.speed = Math.min(1, Math.max(0.1, next));
    this.requestUpdate();
  }

  private nextCamera(): void {
    const names = (this.robot?.spec.cameras ?? []).map((camera) => camera.name);
    this.focused = names[(names.indexOf(this.focused) + 1) % Math.max(1, names.length)] ?? "";
    this.requestUpdate();
  }

  /** The attempt that a label now means: the newest seen running, recorded already or not. */
  private subjectOfLabel(): { id: string; number: number; current: Label | null } {
    const newest = this.robot?.telemetry?.episode_id || this.history.episodeId;
    if (newest && newest !== this.last?.id) return { id: newest, number: 0, current: null };
    const { id = "", number = 0, label = null } = this.last ?? {};
    return { id, number, current: label };
  }

  private head(robot: Robot): TemplateResult {
    const run = this.run;
    return html`<div class="cell-head">
      <h1>${robotTitle(robot)}</h1>
      <p>
        <rlt-task .robot=${robot}></rlt-task>
        ${run ? html`<a href="/runs/${run.id}">${t("run.number", { n: run.number })} · ${run.name}</a>` : html`<a href="/runs?new=1&robot=${robot.id}">${t("cell.no_run")}</a>`}
        ${robot.kind === "simulated" ? html`<span class="tag" title="${t("cell.simulated_help")}">${t("cell.simulated")}</span>` : nothing}
      </p>
      <rlt-lease .robot=${robot}></rlt-lease>
    </div>`;
  }

  /** Without a policy the cell is shown and can be watched, and says what is missing. */
  private policyTrouble(robot: Robot): TemplateResult | typeof nothing {
    const trouble = robot.connected ? robot.telemetry?.policy_trouble : "";
    if (!trouble) return nothing;
    return html`<p class="notice" role="status"><strong>${t("policy.none")}</strong> <span>${said(trouble)}</span></p>`;
  }

  private cameras(robot: Robot): TemplateResult {
    const cameras = robot.spec.cameras ?? [];
    const phase = robot.connected ? (robot.telemetry?.phase ?? "") : "offline";
    const focus = cameras.find((camera) => camera.name === this.focused);
    return html`<div class="cameras">
      ${
        focus
          ? html`<rlt-camera class="focus" .over=${this.iDrive() ? axesOverlay(robot, focus.name) : nothing} robot="${robot.id}" camera="${focus.name}" caption="${cameraTitle(focus.name, focus.title)}" size="focus" phase="${phase}"></rlt-camera>`
          : html`<p class="empty">${t("camera.none")}</p>`
      }
      <div class="thumbs" role="group" aria-label="${t("camera.choose")}">
        ${cameras.map((camera) => this.thumb(robot, camera.name, cameraTitle(camera.name, camera.title)))}
      </div>
    </div>`;
  }

  private thumb(robot: Robot, name: string, caption: string): TemplateResult {
    const choose = () => {
      this.focused = name;
      this.requestUpdate();
    };
    return html`<button type="button" class="thumb" aria-pressed="${name === this.focused ? "true" : "false"}" @click=${choose}>
      <rlt-camera robot="${robot.id}" camera="${name}" caption="${caption}" size="thumb"></rlt-camera>
    </button>`;
  }

  private timeLine(robot: Robot): TemplateResult {
    const hz = robot.spec.control_hz ?? 50;
    const steps = this.history.stretches.at(-1)?.end_step ?? 0;
    const regime = robot.telemetry?.regime || "critical";
    const reference = this.task?.references[regime] as References | undefined;
    const base = reference?.base?.median_steps ?? 0;
    const teleop = reference?.teleop?.median_steps ?? 0;
    const marks = [
      { step: base, label: t("ribbon.base", { n: base }) },
      { step: teleop, label: t("ribbon.teleop", { n: teleop }) },
    ].filter((mark) => mark.step > 0);
    const span = Math.max(steps, base * 1.15, teleop * 1.15, 100);
    const events = this.history.events.map(
      (event) => `${t(event.words)} ${num(event.step / hz, 1)} s`,
    );
    return html`<section class="panel time-line" aria-label="${t("ribbon.title")}">
      <h2>${t("ribbon.title")} <span class="num quiet">${t("ribbon.steps", { n: steps })}</span></h2>
      ${ribbon({ stretches: this.history.stretches, span, hz, marks })}
      <p class="quiet small ellipsis">${events.join(" · ") || (steps > 0 ? "" : t("ribbon.empty"))}</p>
    </section>`;
  }

  private drivePanel(robot: Robot): TemplateResult {
    const controller = this.driving.controller;
    return drivePanel(robot, this.drive, controller.speed, (value) => {
      controller.speed = value;
      this.requestUpdate();
    });
  }

  private frameSeen = (): number => this.focusTile()?.sequence ?? -1;
  private locked = (): boolean => this.driving.lettersLocked();

  protected override render(): TemplateResult {
    if (this.missing)
      return html`<div class="empty"><h1>${t("error.title_404")}</h1><p>${t("cell.missing")}</p><a class="button" href="/">${t("error.home")}</a></div>`;
    const robot = this.robot;
    if (!robot) return html`<p class="loading">${t("app.loading")}</p>`;
    const judged = this.subjectOfLabel();
    const driving = this.iDrive();
    return html`${this.head(robot)} ${this.policyTrouble(robot)} ${guideStrip(robot)}
      <div class="cockpit">
        <div class="cockpit-view">${this.cameras(robot)}${this.timeLine(robot)}</div>
        <div class="cockpit-do">
          ${phaseDisplay(robot)}
          <rlt-do .robot=${robot} .frameSeen=${this.frameSeen} .driving=${this.drive.active} regime="${this.regime}"></rlt-do>
          ${driving ? this.drivePanel(robot) : this.vitals(robot)}
        </div>
        <rlt-cell-charts class="cockpit-charts" .robot=${robot} .history=${this.history} .beat=${this.beat} .run=${this.run}></rlt-cell-charts>
        <rlt-label-bar
          class="cockpit-label"
          episode="${judged.id}"
          .number=${judged.number}
          .current=${judged.current}
          .task=${this.task}
          .step=${robot.telemetry?.step ?? -1}
          .shifted=${driving}
          .locked=${this.locked}
        ></rlt-label-bar>
      </div>`;
  }

  /** Only where the browser can speak to one, and the person may drive. */
  private mouseLine(): TemplateResult | typeof nothing {
    if (!hid() || !can("drive")) return nothing;
    const connect = () => void spaceMouse.connect().then(() => this.requestUpdate());
    return html`<div class="vitals-wide"><dt title="${t("mouse.help")}">${t("mouse.title")}</dt>
      <dd>${spaceMouse.name || html`<button type="button" class="small" @click=${connect}>${t("mouse.connect")}</button>`}</dd></div>`;
  }

  /** What can be wrong with the cell, in one quiet list; colour only when it is. */
  private vitals(robot: Robot): TemplateResult {
    const state = robot.telemetry;
    const held = state?.held_steps ?? 0;
    return html`<dl class="panel vitals">
      <div class="${state?.policy_connected ? "" : "tone-bad"}"><dt>${t("vital.policy")}</dt><dd>${state?.policy_connected ? t("vital.version", { n: state.policy_version }) : t("vital.away")}</dd></div>
      <div><dt>${t("vital.force")}</dt><dd class="num">${num(state?.peak_force, 1)} N</dd></div>
      <div class="${held > 0 ? "tone-bad" : ""}"><dt title="${t("define.held")}">${t("vital.held")}</dt><dd class="num">${num(held)} ${t("unit.steps")}</dd></div>
      <div class="${(state?.journal_pending ?? 0) > 3 ? "tone-bad" : ""}"><dt title="${t("define.journal")}">${t("vital.journal")}</dt><dd class="num">${num(state?.journal_pending)}</dd></div>
      ${this.mouseLine()}
    </dl>`;
  }
}

customElements.define("rlt-cockpit", Cockpit);
