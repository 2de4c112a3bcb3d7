/** `?`: every key of this page, and the switch that turns the letters off. */

import { html, type TemplateResult } from "lit";
import { LightElement } from "../lib/element";
import { t } from "../lib/i18n";
import { addHotkeys, hotkeys, hotkeysOn, keyName } from "../lib/keys";
import { subject } from "../lib/page";
import { driveKeys } from "./drive_panel";

function keyRows(): TemplateResult {
  return html`<dl class="keys">
    ${hotkeys()
      .filter((key) => !key.unlisted)
      .map((key) => html`<div><dt><kbd>${keyName(key)}</kbd></dt><dd>${t(key.label)}</dd></div>`)}
    <div><dt><kbd>Esc</kbd> <kbd>Esc</kbd></dt><dd>${t("stop.label")}</dd></div>
    <div><dt><kbd>⇧</kbd> <kbd>${t("key.space")}</kbd></dt><dd>${t("stop.label")}</dd></div>
  </dl>`;
}

export class HelpOverlay extends LightElement {
  override connectedCallback(): void {
    super.connectedCallback();
    const open = () => this.open();
    this.keep(addHotkeys([{ action: "?", label: "help.open", press: open }]));
    for (const button of document.querySelectorAll("[data-help]"))
      this.listen(button, "click", open);
  }

  private open(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  protected override render(): TemplateResult {
    return html`<dialog class="help" aria-labelledby="help-title" closedby="any">
      <form method="dialog">
        <h2 id="help-title">${t("help.keys")}</h2>
        ${hotkeysOn() ? "" : html`<p class="notice">${t("help.keys_off")}</p>`}
        ${keyRows()}
        ${subject("robot_id") ? html`<p>${driveKeys()}</p><p>${t("help.gamepad")}</p>` : ""}
        <p><a href="/help#keys">${t("keys.change")}</a> · <a href="/help">${t("help.more")}</a></p>
        <button type="submit" autofocus>${t("action.close")}</button>
      </form>
    </dialog>`;
  }
}

customElements.define("rlt-help", HelpOverlay);
