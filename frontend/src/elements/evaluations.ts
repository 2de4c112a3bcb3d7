/** Evaluations of a run's checkpoints: ask for one, follow it, compare what came of them. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { call, get } from "../api/client";
import type { Checkpoint, Evaluation, Evaluations, Run } from "../api/types";
import { LightElement } from "../lib/element";
import { comparisons, conditionWords, progressWords, withEvaluation } from "../lib/evaluations";
import { moment, percent } from "../lib/format";
import { t, word } from "../lib/i18n";
import { live } from "../lib/live";
import { can } from "../lib/page";
import { said } from "../lib/said_now";
import { shape } from "../lib/shapes";
import "./evaluate_form";
import { comparisonTable } from "./evaluation_table";

const WITHOUT_RESULT_SHOWN = 5;
const SHAPES: Record<string, string> = {
  queued: "idle",
  running: "running",
  failed: "failure",
  cancelled: "discard",
};

export class EvaluationsPanel extends LightElement {
  static override properties = { run: { attribute: false }, checkpoints: { attribute: false } };

  declare run: Run | null;
  declare checkpoints: readonly Checkpoint[];
  private known: Evaluation[] = [];
  private refused: Evaluations["refused"] = "";
  /** undefined: no form is open. */
  private asking: number | null | undefined;

  constructor() {
    super();
    this.run = null;
    this.checkpoints = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.keep(
      live.on("evaluation", ({ evaluation }) => {
        if (evaluation.run_id === this.run?.id) this.take(evaluation);
      }),
    );
    this.keep(
      live.on("connection", ({ connected }) => {
        if (connected) void this.load();
      }),
    );
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("run");
    const first = changed.get("checkpoints")?.length === 0 && this.checkpoints.length > 0;
    if ((changed.has("run") && before?.id !== this.run?.id) || first) void this.load();
  }

  private async load(): Promise<void> {
    const run = this.run;
    if (!run) return;
    await this.attempt(async () => {
      const { refused, items } = await get<Evaluations>(`/runs/${run.id}/evaluations`);
      this.refused = refused;
      this.known = items;
    });
  }

  private take(evaluation: Evaluation): void {
    this.known = withEvaluation(this.known, evaluation);
    this.requestUpdate();
  }

  /** Open the form for a checkpoint; null: for the one that plays now. */
  ask(version: number | null): void {
    this.asking = undefined;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      this.asking = version;
      this.requestUpdate();
      this.scrollIntoView({ block: "start" });
    });
  }

  private closed(): void {
    this.asking = undefined;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".eval-ask")?.focus());
  }

  private async cancel(evaluation: Evaluation): Promise<void> {
    await this.attempt(async () => {
      const path = `/runs/${evaluation.run_id}/evaluations/${evaluation.id}`;
      this.take(await call<Evaluation>("DELETE", path));
    });
  }

  private head(): TemplateResult {
    const button =
      can("run") && !this.refused
        ? html`<button type="button" class="small end eval-ask" aria-expanded="${this.asking !== undefined}" @click=${() => this.ask(null)}>${t("evaluation.ask")}</button>`
        : nothing;
    return html`<div class="panel-head"><h2>${t("evaluation.title")}</h2>${button}</div>
      ${this.refused ? html`<p class="quiet">${word("evaluation_refused", this.refused)}</p>` : nothing}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}`;
  }

  private form(): TemplateResult | typeof nothing {
    if (this.asking === undefined) return nothing;
    const versions = this.checkpoints.map(({ version }) => version).sort((a, b) => b - a);
    const take = (event: CustomEvent<Evaluation>) => {
      this.take(event.detail);
      this.closed();
    };
    return html`<rlt-evaluate-form .run=${this.run} .versions=${versions} .version=${this.asking}
      @asked=${take} @closed=${() => this.closed()}></rlt-evaluate-form>`;
  }

  private name(evaluation: Evaluation): TemplateResult {
    return html`${shape(SHAPES[evaluation.state] ?? "idle")} <strong>${t("vital.version", { n: evaluation.version })}</strong>
      ${conditionWords(evaluation)}`;
  }

  private waiting(evaluation: Evaluation): TemplateResult {
    const running = evaluation.state === "running";
    const label = `${t("vital.version", { n: evaluation.version })} ${conditionWords(evaluation)}`;
    return html`<li>
      <div><span class="small">${this.name(evaluation)}</span>
        <span class="quiet small">${running ? progressWords(evaluation) : word("evaluation_state", evaluation.state)}</span></div>
      ${running ? html`<progress max="1" .value=${evaluation.progress} aria-label="${label}">${percent(evaluation.progress)}</progress>` : nothing}
      ${can("run") ? html`<button type="button" class="small" ?disabled=${this.busy} aria-label="${t("evaluation.cancel_one", { what: label })}" @click=${() => void this.cancel(evaluation)}>${t("action.cancel")}</button>` : nothing}
    </li>`;
  }

  private withoutResult(evaluation: Evaluation): TemplateResult {
    return html`<li><span class="small">${this.name(evaluation)}: ${word("evaluation_state", evaluation.state)},
      <span class="num">${moment(evaluation.ended_at)}</span>
      ${evaluation.problem ? html`<span class="problem">${said(evaluation.problem)}</span>` : nothing}</span></li>`;
  }

  protected override render(): TemplateResult {
    const waits = (one: Evaluation) => one.state === "queued" || one.state === "running";
    const waiting = this.known.filter(waits).toReversed();
    const without = this.known.filter((one) => one.state === "failed" || one.state === "cancelled");
    const compared = comparisons(this.known);
    return html`<section class="panel evaluations" aria-label="${t("evaluation.title")}">
      ${this.head()} ${this.form()}
      <ol class="eval-queue">${waiting.map((one) => this.waiting(one))}</ol>
      ${compared.map(comparisonTable)}
      ${compared.length === 0 && waiting.length === 0 && !this.refused ? html`<p class="quiet">${t("evaluation.none")}</p>` : nothing}
      ${
        without.length === 0
          ? nothing
          : html`<details><summary class="small">${t("evaluation.without", { n: without.length })}</summary>
              <ul class="eval-queue">${without.slice(0, WITHOUT_RESULT_SHOWN).map((one) => this.withoutResult(one))}</ul></details>`
      }
    </section>`;
  }
}

customElements.define("rlt-evaluations", EvaluationsPanel);
