/** The state of a run: shape and word. */

import { html, type TemplateResult } from "lit";
import { word } from "../lib/i18n";
import { shape } from "../lib/shapes";

export function runState(state: string): TemplateResult {
  return html`<span class="run-state run-${state}">${shape(state === "stopped" ? "ended" : state)} ${word("run_state", state)}</span>`;
}
