/** The time line of one episode: phases as coloured stretches with their shapes, events as ticks. */

import { html, nothing, type TemplateResult } from "lit";
import { num } from "../lib/format";
import { t, word } from "../lib/i18n";
import { shape } from "../lib/shapes";
import { styled } from "../lib/styled";

export interface Stretch {
  /** A phase, or `hold`. */
  phase: string;
  start_step: number;
  end_step: number;
}

export interface RibbonMark {
  step: number;
  label: string;
}

export interface RibbonOptions {
  stretches: readonly Stretch[];
  /** Steps that fill the whole width. */
  span: number;
  hz: number;
  /** Reference lengths, drawn as dashed ticks. */
  marks?: readonly RibbonMark[];
  cursor?: number;
}

const share = (steps: number, span: number) => `${((steps / Math.max(1, span)) * 100).toFixed(3)}%`;

function describe(stretch: Stretch, hz: number): string {
  const seconds = num((stretch.end_step - stretch.start_step) / hz, 1);
  const from = num(stretch.start_step / hz, 1);
  return t("ribbon.stretch", { phase: word("phase", stretch.phase), seconds, from });
}

function block(stretch: Stretch, { span, hz }: RibbonOptions): TemplateResult {
  const width = share(stretch.end_step - stretch.start_step, span);
  return html`<span
    class="stretch phase-${stretch.phase}"
    title="${describe(stretch, hz)}"
    ${styled({ left: share(stretch.start_step, span), width })}
    >${shape(stretch.phase)}</span
  >`;
}

/** The ribbon as a picture, with a sentence for each stretch. */
export function ribbon(options: RibbonOptions): TemplateResult {
  const { stretches, hz, span, marks = [], cursor } = options;
  const words = stretches.map((stretch) => describe(stretch, hz)).join("; ");
  return html`<div class="ribbon" role="img" aria-label="${words || t("ribbon.empty")}">
    ${stretches.map((stretch) => block(stretch, options))}
    ${marks.map(
      (mark) =>
        html`<span class="ribbon-mark" title="${mark.label}" ${styled({ left: share(mark.step, span) })}></span>`,
    )}
    ${
      cursor === undefined
        ? nothing
        : html`<span class="ribbon-cursor" ${styled({ left: share(cursor, span) })}></span>`
    }
  </div>`;
}
