/** Shapes that go with every phase and outcome, so that colour never speaks alone. */

import { html, type TemplateResult } from "lit";
import type { Outcome, Phase } from "../api/types";
import { word } from "./i18n";
import { shape } from "./shapes";

/** Shape and word of a phase. */
export function phaseMark(phase: Phase | "hold" | "offline"): TemplateResult {
  return html`<span class="phase-mark phase-${phase}"
    >${shape(phase)}
    ${word("phase", phase)}</span
  >`;
}

/** Shape and word of an outcome; an automatic one is always marked as such. */
export function outcomeMark(outcome: Outcome | null, automatic = false): TemplateResult {
  const name = outcome ?? "unlabelled";
  return html`<span class="outcome outcome-${name}"
    >${shape(name)}
    ${word("outcome", name)}</span
  >${automatic ? automaticMark() : ""}`;
}

/** The robot icon and the word that every automatic label carries. */
export function automaticMark(): TemplateResult {
  return html`<span class="automatic"
    ><svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M8 1v2M4 5h8a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM1 8v2M15 8v2M6 8v1.5M10 8v1.5M6.5 11h3"
      /></svg
    >${word("label", "automatic")}</span
  >`;
}
