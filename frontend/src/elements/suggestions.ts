/** What was learned from people in a run: when to hand off, what a success looks like, how sure. */

import { html, nothing, svg, type TemplateResult } from "lit";
import { get } from "../api/client";
import type { Said, Suggestion } from "../api/types";
import { LightElement } from "../lib/element";
import { moment, num, percent } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { reliabilityDots, SIDE } from "../lib/reliability";
import { figure } from "./figure";

type Interval = readonly [number, number] | readonly number[] | null;

function between(interval: Interval): string {
  return interval ? `${percent(interval[0] ?? null)} – ${percent(interval[1] ?? null)}` : "";
}

function of(part: number, whole: number, interval: Interval): string {
  return `${t("suggestion.of", { n: num(part), all: num(whole) })}${interval ? ` · ${between(interval)}` : ""}`;
}

export class SuggestionsPanel extends LightElement {
  static override properties = { run: { type: String } };

  declare run: string;
  private learned: Suggestion | null = null;

  constructor() {
    super();
    this.run = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.every(15_000, () => void this.load().catch(() => undefined));
    void this.attempt(() => this.load());
  }

  private async load(): Promise<void> {
    this.learned = await get<Suggestion | null>(`/runs/${this.run}/suggestion`);
    this.requestUpdate();
  }

  private handOff(found: Suggestion["hand_off"]): TemplateResult {
    if (!found) return html`<p class="quiet">${t("suggestion.no_switches")}</p>`;
    const [, middle = null] = found.offset_quartiles;
    const within = t("suggestion.within", { n: found.within_steps });
    return html`<dl class="figures spread">
      ${figure({ label: t("suggestion.precision"), value: percent(found.precision), aside: of(found.right, found.suggestions, found.precision_interval), define: "define.suggestion_precision" })}
      ${figure({ label: t("suggestion.recall"), value: percent(found.recall), aside: of(found.right, found.switches, found.recall_interval), define: "define.suggestion_recall" })}
      ${figure({ label: t("suggestion.offset"), value: num(middle), unit: t("unit.steps"), aside: within, define: "define.suggestion_offset" })}
    </dl>`;
  }

  private success(found: Suggestion["success"]): TemplateResult {
    if (!found) return html`<p class="quiet">${t("suggestion.no_labels")}</p>`;
    return html`<div class="reliability">
      ${this.diagram(found)}
      <dl class="figures">
        ${figure({ label: t("suggestion.agreement"), value: percent(found.agreed / found.attempts), aside: of(found.agreed, found.attempts, found.agreement_interval), define: "define.suggestion_agreement" })}
        ${figure({ label: t("suggestion.brier"), value: num(found.brier, 3), aside: t("suggestion.rate", { n: num(found.brier_of_rate, 3) }), define: "define.suggestion_brier" })}
        ${figure({ label: t("suggestion.calibration"), value: percent(found.calibration_error), define: "define.suggestion_calibration" })}
      </dl>
    </div>`;
  }

  private diagram(found: NonNullable<Suggestion["success"]>): TemplateResult {
    const words = found.reliability
      .map((row) => `${percent(row.probability)}: ${num(row.successes)}/${num(row.attempts)}`)
      .join(", ");
    return html`<svg viewBox="-10 -10 ${SIDE + 20} ${SIDE + 20}" role="img" aria-label="${t("suggestion.reliability")}: ${words}">
      <title>${t("suggestion.reliability")}: ${words}</title>
      ${svg`<rect width="${SIDE}" height="${SIDE}" /><line x1="0" y1="${SIDE}" x2="${SIDE}" y2="0" />`}
      ${reliabilityDots(found.reliability).map((dot) => svg`<circle cx="${dot.x}" cy="${dot.y}" r="${dot.radius}" />`)}
    </svg>`;
  }

  private said(one: Said): TemplateResult {
    const by: Key = one.automatic ? "suggestion.said_automatic" : "suggestion.said_people";
    return html`<p class="small">${t(by)}: <strong class="num">${of(one.agreed, one.attempts, one.interval)}</strong> <span class="quiet num">${t("suggestion.brier")} ${num(one.brier, 3)}</span></p>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const learned = this.learned;
    if (!learned) return this.problem ? html`<p class="problem">${this.problem}</p>` : nothing;
    return html`<section class="panel suggestions" aria-label="${t("suggestion.title")}">
      <div class="panel-head"><h2>${t("suggestion.title")}</h2>
        <p class="end quiet small num">${t("suggestion.from", { n: learned.attempts, version: learned.version })} · ${moment(learned.created_at)}</p></div>
      <h3>${t("suggestion.hand_off")}</h3>${this.handOff(learned.hand_off)}
      <h3>${t("suggestion.success")}</h3>${this.success(learned.success)}
      ${learned.said.map((one) => this.said(one))}
      <p class="quiet small">${t("suggestion.help")}</p>
    </section>`;
  }
}

customElements.define("rlt-suggestions", SuggestionsPanel);
