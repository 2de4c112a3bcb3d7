/** One attempt: replay, judgement, history. */

import { html, nothing, type TemplateResult } from "lit";
import { get, Problem } from "../api/client";
import type { EpisodeDetail, Task } from "../api/types";
import { LightElement } from "../lib/element";
import { localised, t } from "../lib/i18n";
import { live } from "../lib/live";
import { subject } from "../lib/page";
import { outcomeMark } from "../lib/phase";
import { allTasks } from "../lib/tasks";
import { episodeFacts } from "./episode_facts";
import "./label_bar";
import { labelHistory } from "./label_history";
import "./replay";
import "./suggested";

export class EpisodePage extends LightElement {
  private episode: EpisodeDetail | null = null;
  private tasks: Task[] = [];
  private missing = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this, "labelled", () => void this.load());
    this.keep(
      live.on("episode", ({ episode }) => {
        if (episode.id === this.episode?.id) void this.load();
      }),
    );
    void this.load();
  }

  private async load(): Promise<void> {
    await this.attempt(async () => {
      try {
        const id = subject("episode_id");
        [this.episode, this.tasks] = await Promise.all([
          get<EpisodeDetail>(`/episodes/${id}`),
          allTasks(),
        ]);
      } catch (error) {
        this.missing = error instanceof Problem && error.status === 404;
        if (!this.missing) throw error;
      }
    });
  }

  private view(episode: EpisodeDetail): TemplateResult {
    const task = this.tasks.find((known) => known.id === episode.task_id) ?? null;
    return html`<div class="page-head">
        <h1>${t("label.episode", { n: episode.number })}</h1>
        <p>${outcomeMark(episode.outcome, episode.label?.automatic)}</p>
      </div>
      ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
      <div class="queue">
        <rlt-replay class="panel" .episode=${episode}></rlt-replay>
        <aside class="queue-side">
          <rlt-label-bar class="upright" episode="${episode.id}" .number=${episode.number} .current=${episode.label} .task=${task} .step=${-1}></rlt-label-bar>
          ${episode.outcome ? html`<rlt-suggested episode="${episode.id}"></rlt-suggested>` : nothing}
          <section class="panel"><h2>${t("episode.facts")}</h2>${episodeFacts(episode, localised(task?.title) || episode.task_id)}</section>
          <section class="panel"><h2>${t("label.history")}</h2>${labelHistory(episode.labels, task)}</section>
        </aside>
      </div>`;
  }

  protected override render(): TemplateResult {
    if (this.episode) return this.view(this.episode);
    if (this.missing)
      return html`<div class="empty"><h1>${t("error.title_404")}</h1><p>${t("episode.missing")}</p><a class="button" href="/episodes">${t("nav.episodes")}</a></div>`;
    return this.problem
      ? html`<p class="problem">${this.problem}</p>`
      : html`<p class="loading">${t("app.loading")}</p>`;
  }
}

customElements.define("rlt-episode", EpisodePage);
