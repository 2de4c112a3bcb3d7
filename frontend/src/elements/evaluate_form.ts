/** What to evaluate, and how. It opens in the page: a window over it would cover STOP. */

import { html, nothing, type TemplateResult } from "lit";
import { post } from "../api/client";
import type { Evaluation, NewEvaluation, Run } from "../api/types";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { t, word } from "../lib/i18n";

export const STARTS = { least: 10, most: 200, usual: 50 };
export const MOST_SEED = 899;

/** What a filled-in form asks for. */
export function asked(data: FormData): NewEvaluation {
  const version = String(data.get("version"));
  return {
    version: version === "" ? null : Number(version),
    regime: data.get("regime") as Run["regime"],
    starts: Number(data.get("starts")),
    seed: Number(data.get("seed")),
    with_base: data.has("with_base"),
    with_expert: data.has("with_expert"),
  };
}

export class EvaluateForm extends LightElement {
  static override properties = {
    run: { attribute: false },
    versions: { attribute: false },
    version: { attribute: false },
  };

  declare run: Run | null;
  /** The run's checkpoints, newest first. */
  declare versions: readonly number[];
  /** The one to evaluate; null: the one that plays now. */
  declare version: number | null;

  constructor() {
    super();
    this.run = null;
    this.versions = [];
    this.version = null;
  }

  protected override firstUpdated(): void {
    this.querySelector("select")?.focus();
  }

  private close(): void {
    this.dispatchEvent(new Event("closed"));
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const body = asked(new FormData(event.target as HTMLFormElement));
    await this.attempt(async () => {
      const detail = await post<Evaluation>(`/runs/${this.run?.id}/evaluations`, body);
      this.dispatchEvent(new CustomEvent("asked", { detail }));
    });
  }

  private checkpoints(): TemplateResult {
    return html`<select name="version">
      <option value="" ?selected=${this.version === null}>${t("evaluation.current")}</option>
      ${this.versions.map((version) => html`<option value="${version}" ?selected=${version === this.version}>${t("vital.version", { n: version })}</option>`)}
    </select>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const run = this.run;
    if (!run) return nothing;
    const { least, most, usual } = STARTS;
    const regimes = ["critical", "full"];
    return html`<form class="eval-form" aria-label="${t("evaluation.ask")}" @submit=${(event: SubmitEvent) => void this.submit(event)}>
      <div class="form-row">
        <label>${t("evaluation.checkpoint")} ${this.checkpoints()}</label>
        <label>${t("episode.regime")} <select name="regime">${regimes.map((regime) => html`<option value="${regime}" ?selected=${regime === run.regime}>${word("regime", regime)}</option>`)}</select></label>
        <label>${t("evaluation.starts")} <span class="quiet num">${num(least)} – ${num(most)}</span> <input name="starts" type="number" min="${least}" max="${most}" step="1" value="${usual}" required /></label>
        <label title="${t("define.evaluation_starts")}">${t("evaluation.set")} <span class="quiet num">0 – ${MOST_SEED}</span> <input name="seed" type="number" min="0" max="${MOST_SEED}" step="1" value="0" required aria-describedby="evaluation-set-help" /></label>
      </div>
      <p id="evaluation-set-help" class="quiet small">${t("define.evaluation_starts")}</p>
      <div class="choices">
        <label class="check"><input type="checkbox" name="with_base" checked /> ${t("evaluation.with_base")}</label>
        <label class="check"><input type="checkbox" name="with_expert" /> ${t("evaluation.with_expert")}</label>
      </div>
      <p class="problem" role="alert">${this.problem}</p>
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy}>${t("evaluation.do")}</button>
        <button type="button" @click=${() => this.close()}>${t("action.cancel")}</button>
      </div>
    </form>`;
  }
}

customElements.define("rlt-evaluate-form", EvaluateForm);
