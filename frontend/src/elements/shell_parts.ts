/** Small live parts of the header: the connection, the length of the label queue, the password. */

import { html, nothing, type TemplateResult } from "lit";
import { call, get } from "../api/client";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { t } from "../lib/i18n";
import { live } from "../lib/live";
import { can, pageData } from "../lib/page";
import { video } from "../lib/video";

/** Is the page live, and how old are the pictures it shows. */
export class LiveStatus extends LightElement {
  override connectedCallback(): void {
    super.connectedCallback();
    this.keep(live.on("connection", () => this.requestUpdate()));
    this.every(1000, () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const age = video.newestAge();
    const text = live.connected ? t("live.on") : t("live.off");
    return html`<span
      class="live ${live.connected ? "on" : "off"}"
      role="status"
      title="${t("live.help")}"
      ><span class="live-dot" aria-hidden="true">${live.connected ? "●" : "○"}</span> ${text}</span
      >${
        live.connected && age !== null
          ? html`<span class="live-age num" title="${t("live.help")}">${num(age)} ms</span>`
          : nothing
      }`;
  }
}

/** How many episodes wait for a label. */
export class QueueCount extends LightElement {
  private total = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    const refresh = () => void this.refresh();
    this.keep(live.on("episode", refresh));
    this.keep(live.on("label", refresh));
    if (can("label")) refresh();
  }

  private pending = false;

  private async refresh(): Promise<void> {
    if (this.pending || !can("label")) return;
    this.pending = true;
    try {
      this.total = (await get<{ total: number }>("/labels/queue?limit=1")).total;
    } catch {
      // The header keeps the last known count; the page itself shows what is wrong.
    }
    this.pending = false;
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.total === 0) return nothing;
    return html`<span class="count num" aria-label="${t("queue.count", { n: this.total })}"
      >${this.total}</span
    >`;
  }
}

/** Change one's own password, from the menu. */
export class PasswordForm extends LightElement {
  private done = false;

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    this.done = await this.attempt(async () => {
      const password = { old: String(data.get("old")), new: String(data.get("new")) };
      await call("PATCH", "/me", { password });
      form.reset();
    });
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<details class="password">
      <summary>${t("menu.password")}</summary>
      <form @submit=${(event: SubmitEvent) => void this.save(event)}>
        <input type="text" name="user" autocomplete="username" value="${pageData.user?.name ?? ""}" hidden />
        <label>${t("password.old")}
          <input type="password" name="old" autocomplete="current-password" required /></label>
        <label>${t("password.new")}
          <input type="password" name="new" autocomplete="new-password" minlength="12" required /></label>
        <button type="submit" ?disabled=${this.busy}>${t("action.save")}</button>
        <p role="status" class="${this.problem ? "problem" : "quiet"}">
          ${this.problem || (this.done ? t("password.done") : "")}
        </p>
      </form>
    </details>`;
  }
}

customElements.define("rlt-live-status", LiveStatus);
customElements.define("rlt-queue-count", QueueCount);
customElements.define("rlt-password", PasswordForm);
