/** What was suggested of one attempt. Put into a page only after the person has decided. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { get } from "../api/client";
import type { Suggested } from "../api/types";
import { LightElement } from "../lib/element";
import { percent } from "../lib/format";
import { t, word } from "../lib/i18n";

export class SuggestedLine extends LightElement {
  static override properties = { episode: { type: String }, outcome: { type: String } };

  declare episode: string;
  /** As judged here; empty: compare with the label that counts. */
  declare outcome: string;
  private found: Suggested | null = null;

  constructor() {
    super();
    this.episode = "";
    this.outcome = "";
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("episode") || changed.has("outcome")) void this.attempt(() => this.load());
  }

  private async load(): Promise<void> {
    this.found = await get<Suggested | null>(`/episodes/${this.episode}/suggestion`);
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const found = this.found;
    if (!found) return nothing;
    const agrees = this.outcome ? this.outcome === found.outcome : found.agrees;
    return html`<p class="suggestion ${agrees ? "" : "tone-bad"}">
      ${t("suggested.line", { share: percent(found.success), outcome: word("outcome", found.outcome) })}
      <strong>${agrees ? t("suggested.agrees") : t("suggested.differs")}</strong>
      <span class="quiet small">${t("suggested.trust", { n: found.attempts, error: percent(found.calibration_error) })}</span>
    </p>`;
  }
}

customElements.define("rlt-suggested", SuggestedLine);
