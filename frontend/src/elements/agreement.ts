/** How far first and second judgements agree, and which attempts are left to settle. */

import { html, nothing, type TemplateResult } from "lit";
import { get } from "../api/client";
import type { Agreement, Dispute, Task } from "../api/types";
import { LightElement } from "../lib/element";
import { moment, num, percent } from "../lib/format";
import { t } from "../lib/i18n";
import { automaticMark, outcomeMark } from "../lib/phase";
import { reasonWords } from "../lib/reasons";
import { allTasks } from "../lib/tasks";
import { figure } from "./figure";

export class AgreementPanel extends LightElement {
  private agreement: Agreement | null = null;
  private disputes: Dispute[] = [];
  private tasks: Task[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.attempt(() => this.load());
    this.listen(document, "opined", () => void this.attempt(() => this.load()));
  }

  private async load(): Promise<void> {
    [this.agreement, this.disputes, this.tasks] = await Promise.all([
      get<Agreement>("/opinions/agreement"),
      get<Dispute[]>("/opinions/disputes"),
      allTasks(),
    ]);
  }

  private row(dispute: Dispute): TemplateResult {
    return html`<tr>
      <th scope="row" class="num"><a href="/episodes/${dispute.episode_id}">${num(dispute.number)}</a></th>
      <td>${outcomeMark(dispute.first, false)} ${dispute.first_by} ${dispute.first_automatic ? automaticMark() : nothing}</td>
      <td>${outcomeMark(dispute.second, false)} ${dispute.second_by}</td>
      <td>${[reasonWords(dispute.reason, this.tasks), dispute.note].filter(Boolean).join(" · ")}</td>
      <td class="num">${moment(dispute.at)}</td>
    </tr>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const found = this.agreement;
    if (!found) return this.problem ? html`<p class="problem">${this.problem}</p>` : nothing;
    return html`<section class="panel agreement" aria-label="${t("agreement.title")}">
      <h2>${t("agreement.title")}</h2>
      <dl class="figures spread">
        ${figure({ label: t("agreement.kappa"), value: num(found.kappa, 2), define: "define.kappa" })}
        ${figure({ label: t("agreement.agreed"), value: found.opinions ? percent(found.agreed / found.opinions) : "–", aside: t("agreement.of", { n: num(found.opinions) }), define: "define.agreed" })}
        ${figure({ label: t("agreement.share"), value: percent(found.share), define: "define.second_share" })}
      </dl>
      <h3>${t("agreement.disputes", { n: num(this.disputes.length) })}</h3>
      ${
        this.disputes.length === 0
          ? html`<p class="quiet">${t("agreement.none")}</p>`
          : html`<div class="table-scroll" role="region" aria-label="${t("agreement.disputes", { n: this.disputes.length })}" tabindex="0"><table>
              <thead><tr><th scope="col">${t("episode.number")}</th><th scope="col">${t("agreement.first")}</th><th scope="col">${t("agreement.second")}</th><th scope="col">${t("label.note")}</th><th scope="col">${t("audit.at")}</th></tr></thead>
              <tbody>${this.disputes.map((dispute) => this.row(dispute))}</tbody>
            </table></div>`
      }
    </section>`;
  }
}

customElements.define("rlt-agreement", AgreementPanel);
