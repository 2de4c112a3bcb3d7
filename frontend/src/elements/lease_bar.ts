/** Who drives this cell, and taking or giving up control. */

import { html, nothing, type TemplateResult } from "lit";
import { call } from "../api/client";
import type { Robot } from "../api/types";
import { LightElement } from "../lib/element";
import { t } from "../lib/i18n";
import { can, pageData } from "../lib/page";

export class LeaseBar extends LightElement {
  static override properties = { robot: { attribute: false } };

  declare robot: Robot | null;
  private asking = false;

  constructor() {
    super();
    this.robot = null;
  }

  private lease(method: "POST" | "DELETE", body?: object, deed = ""): Promise<boolean> {
    this.asking = false;
    return this.attempt(async () => {
      await call(method, `/robots/${this.robot?.id}/lease${deed}`, body);
    });
  }

  private takeFrom(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    void this.lease("POST", { takeover: true, reason: String(data.get("reason")) });
  }

  private held(name: string): TemplateResult {
    if (this.asking) {
      return html`<form class="inline" @submit=${(event: SubmitEvent) => this.takeFrom(event)}>
        <label class="sr" for="lease-reason">${t("lease.reason")}</label>
        <input id="lease-reason" name="reason" required maxlength="200" placeholder="${t("lease.reason")}" autofocus />
        <button type="submit">${t("lease.take_from", { name })}</button>
      </form>`;
    }
    const ask = () => {
      this.asking = true;
      this.requestUpdate();
    };
    if (!can("drive")) return html`<strong>${name}</strong>`;
    const asked = this.robot?.lease.asking?.id === pageData.user?.id;
    return html`<strong>${name}</strong>
      ${asked ? html`<span class="quiet" role="status">${t("lease.asked")}</span>` : html`<button type="button" class="small" @click=${() => void this.lease("POST", undefined, "/ask")}>${t("lease.ask")}</button>`}
      <button type="button" class="small" @click=${ask}>${t("lease.take_over")}</button>`;
  }

  /** Who would like the robot that I drive. */
  private asker(): TemplateResult | typeof nothing {
    const name = this.robot?.lease.asking?.name;
    if (!name) return nothing;
    return html`<strong class="lease-asks" role="alert">${t("lease.asks", { name })}</strong>
      <button type="button" class="small primary" @click=${() => void this.lease("POST", undefined, "/hand-over")}>${t("lease.hand_over")}</button>`;
  }

  private state(): TemplateResult {
    const holder = this.robot?.lease.holder ?? null;
    if (!holder) {
      return html`<span class="quiet">${t("lease.free")}</span>
        ${can("drive") ? html`<button type="button" class="small" @click=${() => void this.lease("POST", {})}>${t("lease.take")}</button>` : ""}`;
    }
    if (holder.id !== pageData.user?.id) return this.held(holder.name);
    return html`<strong>${t("lease.you")}</strong> ${this.asker()}
      <button type="button" class="small" @click=${() => void this.lease("DELETE")}>${t("lease.release")}</button>`;
  }

  protected override render(): TemplateResult {
    return html`<div class="lease" role="group" aria-label="${t("lease.title")}">
      <span class="quiet" title="${t("lease.help")}">${t("lease.title")}</span> ${this.state()}
      <span class="problem" role="status">${this.problem}</span>
    </div>`;
  }
}

customElements.define("rlt-lease", LeaseBar);
