/** A number with its unit and, on hover or focus, where it comes from. */

import { html, nothing, type TemplateResult } from "lit";
import { type Key, t } from "../lib/i18n";

export interface FigureOptions {
  label: string;
  value: string;
  unit?: string;
  /** A smaller second part: an interval, or a comparison. */
  aside?: string;
  define: Key;
  href?: string | undefined;
  tone?: "" | "good" | "bad" | "rl";
}

export function figure(options: FigureOptions): TemplateResult {
  const { label, value, unit = "", aside = "", define, href, tone = "" } = options;
  const number = html`<span class="figure-value num">${value}</span
    >${unit ? html` <span class="figure-unit">${unit}</span>` : nothing}`;
  return html`<div class="figure ${tone ? `tone-${tone}` : ""}" title="${t(define)}" tabindex="-1">
    <dt>${label}<span class="sr">: ${t(define)}</span></dt>
    <dd>
      ${href ? html`<a href="${href}">${number}</a>` : number}${
        aside ? html`<span class="figure-aside num">${aside}</span>` : nothing
      }
    </dd>
  </div>`;
}
