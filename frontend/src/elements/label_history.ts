/** Who judged what, newest first; the automatic ones marked. */

import { html, nothing, type TemplateResult } from "lit";
import type { Label, Task } from "../api/types";
import { moment } from "../lib/format";
import { t } from "../lib/i18n";
import { outcomeMark } from "../lib/phase";
import { reasonWords } from "../lib/reasons";

export function labelHistory(labels: readonly Label[], task: Task | null): TemplateResult {
  if (labels.length === 0) return html`<p class="quiet">${t("label.none_yet")}</p>`;
  const rows = [...labels].sort((a, b) => b.version - a.version);
  return html`<ol class="label-history" reversed>
    ${rows.map(
      (label, index) => html`<li class="${index === 0 ? "" : "superseded"}">
        ${label.undone ? html`<span class="outcome">${t("label.undone")}</span>` : outcomeMark(label.outcome, label.automatic)}
        <span>${label.labeller.display_name || label.labeller.name}</span>
        <time class="quiet num" datetime="${label.created_at}">${moment(label.created_at)}</time>
        ${label.reason && !label.undone ? html`<span class="tag">${reasonWords(label.reason, [task])}</span>` : nothing}
        ${label.note ? html`<span class="quiet">“${label.note}”</span>` : nothing}
        ${index === 0 ? nothing : html`<span class="quiet">${t("label.superseded")}</span>`}
      </li>`,
    )}
  </ol>`;
}
