/** Drawn shapes that go with every phase, outcome and need; a font cannot be trusted with them. */

import { html, svg, type TemplateResult } from "lit";

const FILLED: Record<string, string> = {
  base: "M2 2h12v12H2z",
  rl: "M8 1.5 15 14H1z",
  human: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z",
  paused: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z",
  stopped: "M5 1h6l4 7-4 7H5L1 8z",
  hold: "M1 6h14v4H1z",
  start: "M3.5 1.5 14 8 3.5 14.5z",
  running: "M3.5 1.5 14 8 3.5 14.5z",
  checkpoint: "M8 1.5 14.5 8 8 14.5 1.5 8z",
};

const DRAWN: Record<string, string> = {
  offline: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
  success: "m2.5 8.5 3.8 4L13.5 4",
  failure: "m3 3 10 10M13 3 3 13",
  discard: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM4 12l8-8",
  reset: "M3 8a5 5 0 1 0 1.6-3.7M3 2v3h3",
  policy: "M3 8h.1M8 8h.1M13 8h.1",
  idle: "M3 8h10",
  ended: "M3 3h10v10H3z",
  back: "M10 3 5 8l5 5",
  forward: "m6 3 5 5-5 5",
  change: "M1.5 5h8M13.5 5h1M11.5 3v4M1.5 11h1M6.5 11h8M4.5 9v4",
  finished: "m2.5 8.5 3.8 4L13.5 4",
};

const DOTTED = "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z";

function inside(name: string): TemplateResult {
  const filled = FILLED[name];
  if (filled) return svg`<path d="${filled}" fill="currentColor" />`;
  const drawn = DRAWN[name];
  if (drawn) return svg`<path class="stroke" d="${drawn}" />`;
  return svg`<path class="stroke dotted" d="${DOTTED}" />`;
}

/** The shape of a name; a dotted ring for what is not decided yet. Always beside a word. */
export function shape(name: string): TemplateResult {
  return html`<svg class="shape" viewBox="0 0 16 16" aria-hidden="true">${inside(name)}</svg>`;
}
