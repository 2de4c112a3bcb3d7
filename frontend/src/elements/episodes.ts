/** All attempts, newest first, with filters that live in the address. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { get, query } from "../api/client";
import type { Episode, Run, Task } from "../api/types";
import { LightElement } from "../lib/element";
import { moment, num } from "../lib/format";
import { localised, t, word } from "../lib/i18n";
import { live } from "../lib/live";
import { outcomeMark } from "../lib/phase";
import { reasonWords } from "../lib/reasons";
import { allRobots } from "../lib/robots";
import { allTasks } from "../lib/tasks";
import {
  type FilterField,
  filterBar,
  outcomeField,
  readFilter,
  regimeField,
  robotField,
  runField,
  taskField,
  writeFilter,
} from "./filters";

/** Filters that other pages lead here with; they are shown in words and can be taken off. */
const LED = ["from", "to", "labeller", "policy", "policy_to", "taken_over", "corrected"] as const;
const NAMES = ["task", "robot", "run", "regime", "outcome", ...LED];
const PAGE = 50;

export class Episodes extends LightElement {
  private filter = readFilter(NAMES);
  private items: Episode[] | null = null;
  private nextBefore: number | null = null;
  private fields: FilterField[] = [];
  private tasks: Task[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.keep(live.on("episode", ({ episode }) => this.onEpisode(episode)));
    void this.begin();
  }

  private async begin(): Promise<void> {
    await this.attempt(async () => {
      const [tasks, robots, runs] = await Promise.all([
        allTasks(),
        allRobots(),
        get<Run[]>("/runs"),
      ]);
      this.tasks = tasks;
      this.fields = [
        taskField(tasks),
        robotField(robots),
        runField(runs),
        regimeField,
        outcomeField,
      ];
      await this.load();
    });
  }

  private async load(before: number | null = null): Promise<void> {
    const path = `/episodes${query({ ...this.filter, before, limit: PAGE })}`;
    const page = await get<{ items: Episode[]; next_before: number | null }>(path);
    this.items = before === null ? page.items : [...(this.items ?? []), ...page.items];
    this.nextBefore = page.next_before;
  }

  private change(name: string, value: string): void {
    this.filter = { ...this.filter, [name]: value };
    writeFilter(this.filter);
    void this.attempt(() => this.load());
  }

  /** A changed attempt is updated where it stands; a new one appears on top when nothing is filtered. */
  private onEpisode(episode: Episode): void {
    if (!this.items) return;
    const index = this.items.findIndex((known) => known.id === episode.id);
    if (index >= 0) this.items = this.items.with(index, episode);
    else if (Object.values(this.filter).every((value) => value === "")) {
      this.items = [episode, ...this.items];
    }
    this.requestUpdate();
  }

  private led(): TemplateResult | typeof nothing {
    const { from, to, labeller, policy, policy_to, taken_over, corrected } = this.filter;
    const words = [
      from || to ? t("episodes.ended_between", { from: moment(from), to: moment(to) }) : "",
      labeller ? t("episodes.of_labeller") : "",
      policy ? t("episodes.of_policy", { from: policy, to: policy_to || policy }) : "",
      taken_over ? t("episodes.taken_over") : "",
      corrected ? t("episodes.corrected") : "",
    ].filter(Boolean);
    if (words.length === 0) return nothing;
    const clear = () => {
      for (const name of LED) this.filter = { ...this.filter, [name]: "" };
      this.change("from", "");
    };
    return html`<p class="led">${words.map((word) => html`<span class="tag">${word}</span> `)}
      <button type="button" class="small" @click=${clear}>${t("episodes.clear")}</button></p>`;
  }

  private taskTitle(id: string): string {
    return localised(this.tasks.find((task) => task.id === id)?.title) || id;
  }

  private row(episode: Episode): TemplateResult {
    const run = episode.run;
    return html`<tr>
      <th scope="row" class="num"><a href="/episodes/${episode.id}">${episode.number}</a></th>
      <td>${outcomeMark(episode.outcome, episode.label?.automatic)}${episode.label?.reason ? html` <span class="tag">${reasonWords(episode.label.reason, this.tasks)}</span>` : nothing}</td>
      <td>${this.taskTitle(episode.task_id)} <span class="quiet">${word("regime", episode.regime)}</span></td>
      <td><a href="/robots/${episode.robot.id}">${episode.robot.name}</a></td>
      <td>${run ? html`<a href="/runs/${run.id}">${t("run.number", { n: run.number })}</a>` : html`<span class="quiet">–</span>`}</td>
      <td class="num end-cell">${num(episode.critical_steps)}</td>
      <td class="num end-cell">${num(episode.active_seconds, 1)} s</td>
      <td class="num end-cell">${num(episode.interventions)}</td>
      <td class="num end-cell">${num(episode.peak_force, 1)} N</td>
      <td class="num end-cell">${episode.policy_version || "–"}</td>
      <td>${word("ending", episode.ended_by)}</td>
      <td class="num"><time datetime="${episode.ended_at}">${moment(episode.ended_at)}</time></td>
    </tr>`;
  }

  private table(items: Episode[]): TemplateResult {
    if (items.length === 0) {
      return html`<div class="empty"><h2>${t("episodes.empty_title")}</h2><p>${t("episodes.empty_help")}</p><a class="button" href="/">${t("queue.empty_do")}</a></div>`;
    }
    return html`<div class="table-scroll" role="region" aria-label="${t("episodes.title")}" tabindex="0"><table>
        <thead><tr>
          <th scope="col">${t("episode.number")}</th>
          <th scope="col">${t("episode.outcome")}</th>
          <th scope="col">${t("episode.task")}</th>
          <th scope="col">${t("episode.robot")}</th>
          <th scope="col">${t("episode.run")}</th>
          <th scope="col" class="end-cell" title="${t("define.steps")}">${t("episode.steps")}</th>
          <th scope="col" class="end-cell" title="${t("define.active_seconds")}">${t("report.active_time")}</th>
          <th scope="col" class="end-cell">${t("episode.interventions")}</th>
          <th scope="col" class="end-cell">${t("episode.force")}</th>
          <th scope="col" class="end-cell" title="${t("define.policy_version")}">${t("episode.policy")}</th>
          <th scope="col">${t("episode.ended_by")}</th>
          <th scope="col">${t("episode.ended")}</th>
        </tr></thead>
        <tbody>${repeat(
          items,
          (episode) => episode.id,
          (episode) => this.row(episode),
        )}</tbody>
      </table></div>
      ${this.nextBefore === null ? nothing : html`<p><button type="button" ?disabled=${this.busy} @click=${() => void this.attempt(() => this.load(this.nextBefore))}>${t("episodes.more")}</button></p>`}`;
  }

  protected override render(): TemplateResult {
    return html`<div class="page-head"><h1>${t("episodes.title")}</h1></div>
      ${filterBar(this.fields, this.filter, (name, value) => this.change(name, value))}
      ${this.led()}
      ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
      ${this.items ? this.table(this.items) : html`<p class="loading">${t("app.loading")}</p>`}`;
  }
}

customElements.define("rlt-episodes", Episodes);
