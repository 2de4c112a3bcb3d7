/** The door. */

import { html, type TemplateResult } from "lit";
import { post } from "../api/client";
import { LightElement } from "../lib/element";
import { t } from "../lib/i18n";

/** Where to go after signing in: only paths of this site. */
export function safeTarget(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

export class SignIn extends LightElement {
  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    await this.attempt(async () => {
      await post("/session", { name: data.get("name"), password: data.get("password") });
      location.assign(safeTarget(new URLSearchParams(location.search).get("next")));
    });
  }

  protected override render(): TemplateResult {
    return html`<form class="panel sign-in" @submit=${(event: SubmitEvent) => void this.submit(event)}>
      <label>${t("sign_in.name")}
        <input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus /></label>
      <label>${t("sign_in.password")}
        <input name="password" type="password" autocomplete="current-password" required /></label>
      <p class="problem" role="alert">${this.problem}</p>
      <button type="submit" class="primary" ?disabled=${this.busy}>${t("sign_in.do")}</button>
    </form>`;
  }
}

customElements.define("rlt-sign-in", SignIn);
