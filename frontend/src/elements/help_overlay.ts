/** `?`: every key of this page, and the switch that turns the letters off. */

import { html, type TemplateResult } from "lit";
import { LightElement } from "../lib/element";
import { t } from "../lib/i18n";
import { addHotkeys, hotkeys, hotkeysOn, keyName } from "../lib/keys";
import { subject } from "../lib/page";

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
    this.keep(addHotkeys([{ combination: "?", label: "help.open", press: open }]));
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
        ${subject("robot_id") ? html`<p>${t("drive.keys")}</p><p>${t("help.gamepad")}</p>` : ""}
        <p><a href="/help">${t("help.more")}</a></p>
        <button type="submit" autofocus>${t("action.close")}</button>
      </form>
    </dialog>`;
  }
}

/** The same keys as a plain list, on the help page, for the pages one is not on. */
export class KeyList extends LightElement {
  protected override render(): TemplateResult {
    const rows: [string, TemplateResult | string][] = [
      ["N", t("do.start")],
      ["H", t("do.hand_off")],
      ["B", t("do.back_to_base")],
      ["T", t("do.take_over")],
      ["G", t("do.give_back")],
      ["P", t("do.pause")],
      ["W A S D Q E ← ↑ ↓ →", t("drive.keys")],
      ["S", t("outcome.success")],
      ["F", t("outcome.failure")],
      ["D", t("outcome.discard")],
      ["U", t("label.undo")],
      ["1 – 5", t("label.reason")],
      [", .", t("replay.step")],
      ["?", t("help.open")],
      ["Esc Esc", t("stop.label")],
      ["⇧ " + t("key.space"), t("stop.label")],
    ];
    return html`<dl class="keys">
      ${rows.map(([key, does]) => html`<div class="${key.length > 9 ? "wide" : ""}"><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}
    </dl>`;
  }
}

customElements.define("rlt-help", HelpOverlay);
customElements.define("rlt-key-list", KeyList);
