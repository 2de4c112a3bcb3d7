/** The state of a run: shape and word. */

import { html, type TemplateResult } from "lit";
import { word } from "../lib/i18n";

const RUN_SHAPES: Record<string, string> = {
  running: "▶",
  paused: "❙❙",
  stopped: "■",
  finished: "✓",
};

export function runState(state: string): TemplateResult {
  return html`<span class="run-state run-${state}"><span class="shape" aria-hidden="true">${RUN_SHAPES[state] ?? ""}</span> ${word("run_state", state)}</span>`;
}
