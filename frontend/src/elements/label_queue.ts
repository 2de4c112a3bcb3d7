/** The label queue: replay on the left, decision on the right, the next attempt already loaded. */

import { html, nothing, type TemplateResult } from "lit";
import { get, post, query } from "../api/client";
import type { Episode, EpisodeDetail, Label, Task } from "../api/types";
import { signFor } from "../lib/bindings";
import { LightElement } from "../lib/element";
import { type Key, localised, t, word } from "../lib/i18n";
import { addHotkeys } from "../lib/keys";
import { live } from "../lib/live";
import { can } from "../lib/page";
import { allRobots } from "../lib/robots";
import { allTasks } from "../lib/tasks";
import "./agreement";
import { episodeFacts } from "./episode_facts";
import {
  type FilterField,
  filterBar,
  readFilter,
  robotField,
  taskField,
  writeFilter,
} from "./filters";
import "./label_bar";
import { labelHistory } from "./label_history";
import "./replay";
import "./suggested";

const AHEAD = 20;
const STAY = "rlt.queue.stay";

export class LabelQueue extends LightElement {
  private items: Episode[] | null = null;
  private total = 0;
  private current: EpisodeDetail | null = null;
  private next: Promise<EpisodeDetail> | null = null;
  private nextId = "";
  private tasks: Task[] = [];
  private decided: Label | null = null;
  /** What was judged just before this one, while it can still be taken back. */
  private judgedBefore: { episode: EpisodeDetail; label: Label } | null = null;
  private onward = localStorage.getItem(STAY) === null;
  private readonly passed = new Set<string>();
  private filter = readFilter(["robot", "task", "second"]);
  private readonly second = this.filter.second !== "";
  private fields: FilterField[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const forward = () => void this.forward();
    this.keep(
      addHotkeys([
        { action: "queue.next", label: "queue.next", press: forward },
        { action: "queue.skip", label: "queue.skip", press: forward },
      ]),
    );
    this.every(30_000, () => this.reserve());
    this.keep(live.on("episode", () => void this.refill()));
    this.listen(this, "labelled", (event) => this.onLabel((event as CustomEvent<Label>).detail));
    this.listen(this, "opined", () => void this.forward());
    void this.begin();
  }

  private async begin(): Promise<void> {
    await this.attempt(async () => {
      const [tasks, robots] = await Promise.all([allTasks(), allRobots()]);
      this.tasks = tasks;
      this.fields = [taskField(tasks), robotField(robots)];
      await this.refill();
    });
  }

  /** Another share of the queue: what is on the screen goes back into it. */
  private change(name: string, value: string): void {
    this.filter = { ...this.filter, [name]: value };
    writeFilter(this.filter);
    this.current = null;
    this.nextId = "";
    void this.attempt(() => this.refill());
  }

  private async refill(): Promise<void> {
    const scope = { robot: this.filter.robot, task: this.filter.task, limit: AHEAD };
    const path = this.second ? "/opinions/queue" : `/labels/queue${query(scope)}`;
    const answer = await get<{ items: Episode[]; total: number }>(path);
    this.items = answer.items.filter((episode) => !this.passed.has(episode.id));
    this.total = answer.total;
    if (!this.current) await this.forward();
    else this.prefetch();
    this.requestUpdate();
  }

  /** The next attempt: labelled or skipped, this one is behind us. */
  private async forward(): Promise<void> {
    if (this.current) this.passed.add(this.current.id);
    this.items = (this.items ?? []).filter((episode) => !this.passed.has(episode.id));
    const first = this.items[0];
    if (!first) {
      const before = this.current;
      this.current = null;
      this.requestUpdate();
      if (before) await this.refill();
      return;
    }
    await this.attempt(async () => {
      this.current = await (this.nextId === first.id && this.next
        ? this.next
        : this.load(first.id));
      this.decided = null;
      this.reserve();
      this.prefetch();
    });
  }

  private async load(id: string): Promise<EpisodeDetail> {
    return get<EpisodeDetail>(`/episodes/${id}`);
  }

  /** Keeps two people from judging the same attempt for a minute: a courtesy, not a lock. */
  private reserve(): void {
    if (!this.current || !can("label")) return;
    void post(`/labels/queue/${this.current.id}/reserve`).catch(() => undefined);
  }

  private prefetch(): void {
    const following = this.items?.find((episode) => episode.id !== this.current?.id);
    if (!following || following.id === this.nextId) return;
    this.nextId = following.id;
    this.next = get<EpisodeDetail>(`/episodes/${following.id}`);
    this.next.catch(() => {
      this.nextId = "";
    });
  }

  private onLabel(label: Label): void {
    if (label.undone && label.episode_id === this.judgedBefore?.episode.id) {
      this.goBack(label);
      return;
    }
    if (label.episode_id !== this.current?.id) return;
    this.decided = label;
    this.total = Math.max(0, this.total - 1);
    if (this.onward && !label.undone) {
      this.judgedBefore = { episode: this.current, label };
      void this.forward();
    }
    this.requestUpdate();
  }

  /** The judgement before was taken back: its attempt is here again, to be judged after `undone`. */
  private goBack(undone: Label): void {
    const back = this.judgedBefore?.episode;
    if (!back) return;
    this.passed.delete(back.id);
    this.items = [back, ...(this.items ?? []).filter((episode) => episode.id !== back.id)];
    this.current = { ...back, label: undone };
    this.judgedBefore = null;
    this.decided = null;
    this.total += 1;
    this.reserve();
    this.prefetch();
    this.requestUpdate();
  }

  private setOnward(onward: boolean): void {
    this.onward = onward;
    if (onward) localStorage.removeItem(STAY);
    else localStorage.setItem(STAY, "1");
    this.requestUpdate();
  }

  /** What the machine thought, only after the person decided. */
  private suggestion(): TemplateResult | typeof nothing {
    const judged =
      this.current && this.decided
        ? { episode: this.current, label: this.decided }
        : this.judgedBefore;
    if (!judged) return nothing;
    const { episode, label } = judged;
    const world = episode.ended_by;
    const suggested = world === "success" ? "success" : "failure";
    if (world === "label" || world === "stopped") return nothing;
    const agrees = suggested === label.outcome;
    return html`<p class="suggestion ${agrees ? "" : "tone-bad"}">
      <span class="quiet num">${t("label.episode", { n: episode.number })}</span>
      ${t("queue.suggestion", { ending: word("ending", world) })}
      <strong>${agrees ? t("queue.agrees") : t("queue.differs")}</strong>
    </p>`;
  }

  /** What was learned from earlier labels, only after the person decided. */
  private suggested(): TemplateResult | typeof nothing {
    const label = this.decided ?? this.judgedBefore?.label;
    if (!label || label.undone || label.outcome === "discard") return nothing;
    return html`<rlt-suggested episode="${label.episode_id}" outcome="${label.outcome}"></rlt-suggested>`;
  }

  private work(episode: EpisodeDetail): TemplateResult {
    const task = this.tasks.find((known) => known.id === episode.task_id) ?? null;
    const others = [...episode.labels, ...(this.decided ? [this.decided] : [])];
    return html`<div class="page-head">
        <h1>${this.second ? t("queue.second_title") : t("queue.title")} <span class="quiet num">${t("label.episode", { n: episode.number })}</span></h1>
        <p class="quiet" role="status">${t("queue.count", { n: this.total })}</p>
        <button type="button" class="end" aria-keyshortcuts="${signFor("queue.next")}" @click=${() => void this.forward()}>
          ${this.decided ? t("queue.next") : t("queue.skip")} <kbd aria-hidden="true">${signFor(this.decided ? "queue.next" : "queue.skip")}</kbd>
        </button>
      </div>
      <div class="queue">
        <rlt-replay class="panel" .episode=${episode} autoplay></rlt-replay>
        <aside class="queue-side">
          <rlt-label-bar
            class="upright"
            episode="${episode.id}"
            .number=${episode.number}
            .current=${this.second ? null : episode.label}
            ?second=${this.second}
            .task=${task}
            .step=${-1}
            .noteAction=${"queue.note"}
          ></rlt-label-bar>
          ${this.suggestion()} ${this.suggested()}
          <label class="check"><input type="checkbox" ?checked=${this.onward} @change=${(event: Event) => this.setOnward((event.target as HTMLInputElement).checked)} /> ${t("queue.onward")}</label>
          <section class="panel">
            <h2>${t("episode.facts")}</h2>
            ${this.factsBefore(episode, localised(task?.title) || episode.task_id)}
          </section>
          ${this.second ? html`<p class="quiet small">${t("queue.second_help")}</p>` : html`<section class="panel"><h2>${t("label.history")}</h2>${labelHistory(others, task)}</section>`}
        </aside>
      </div>`;
  }

  /** How it ended is the world's own verdict: not shown before the person has decided. */
  private factsBefore(episode: EpisodeDetail, title: string): TemplateResult {
    const hidden = { ...episode, ended_by: "hidden", truncated: false };
    return episodeFacts(this.decided ? episode : hidden, title);
  }

  protected override render(): TemplateResult {
    const told = this.problem ? html`<p class="problem">${this.problem}</p>` : nothing;
    const failed = html`${this.kinds()}${told}`;
    const after = this.second ? html`<rlt-agreement></rlt-agreement>` : nothing;
    if (this.current) return html`${failed}${this.work(this.current)}${after}`;
    if (this.items === null || this.busy)
      return html`${failed}<p class="loading">${t("app.loading")}</p>`;
    return html`${failed}
      <div class="empty">
        <p class="empty-code" aria-hidden="true">✓</p>
        <h1>${this.second ? t("queue.second_empty") : t("queue.empty_title")}</h1>
        <p>${this.second ? t("queue.second_empty_help") : t("queue.empty_help")}</p>
        <a class="button" href="/">${t("queue.empty_do")}</a>
      </div>
      ${after}`;
  }

  private kinds(): TemplateResult {
    const link = (href: string, label: Key, here: boolean) =>
      html`<a href="${href}" aria-current="${here ? "page" : "false"}">${t(label)}</a>`;
    const change = (name: string, value: string) => this.change(name, value);
    return html`<div class="queue-head">
      <nav class="kinds" aria-label="${t("queue.kinds")}">
        ${link("/labels", "queue.title", !this.second)}
        ${link("/labels?second=1", "queue.second_title", this.second)}
      </nav>
      ${this.second ? nothing : filterBar(this.fields, this.filter, change)}
    </div>`;
  }
}

customElements.define("rlt-label-queue", LabelQueue);
