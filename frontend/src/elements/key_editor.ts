/** Every key and gamepad button, and how to make it one's own: choose one, then press another. */

import { html, nothing, type TemplateResult } from "lit";
import {
  ACTIONS,
  type Action,
  bind,
  customised,
  groupOf,
  keyOf,
  labelOf,
  refusal,
  resetBindings,
  STANDARD,
  signFor,
  signOf,
} from "../lib/bindings";
import { LightElement } from "../lib/element";
import { t, word } from "../lib/i18n";

const GROUPS = [...new Set(ACTIONS.map(groupOf))];
const LOOK_MS = 50;
const PUSHED = 0.7;

/** What of a gamepad is pushed now, as a binding; empty when nothing is. */
export function pushedNow(pads: readonly (Gamepad | null)[]): string {
  for (const pad of pads) {
    if (!pad?.connected) continue;
    const button = pad.buttons.findIndex(({ value }) => value > PUSHED);
    if (button >= 0) return `Button${button}`;
    const axis = pad.axes.findIndex((value) => Math.abs(value) > PUSHED);
    if (axis >= 0) return `Axis${axis}${(pad.axes[axis] ?? 0) < 0 ? "-" : "+"}`;
  }
  return "";
}

export class KeyEditor extends LightElement {
  private waiting: Action | null = null;
  private told = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const key = (event: Event) => this.onKey(event as KeyboardEvent);
    window.addEventListener("keydown", key, { capture: true });
    this.keep(() => window.removeEventListener("keydown", key, { capture: true }));
    this.listen(window, "blur", () => this.stop(""));
    this.every(LOOK_MS, () => this.lookAtPads());
  }

  private stop(told: string): void {
    this.waiting = null;
    this.told = told;
    this.requestUpdate();
  }

  private listenFor(action: Action): void {
    this.waiting = action;
    const ask = groupOf(action) === "pad" ? "keys.push" : "keys.press";
    this.told = t(ask, { action: t(labelOf(action)) });
    this.requestUpdate();
  }

  /** The next key belongs to the action, Shift+Space and Escape to everybody. */
  private onKey(event: KeyboardEvent): void {
    if (!this.waiting || event.shiftKey || event.repeat) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.code === "Escape") this.stop(t("keys.kept"));
    else if (groupOf(this.waiting) !== "pad") void this.take(this.waiting, event.code);
  }

  private lookAtPads(): void {
    if (!this.waiting || groupOf(this.waiting) !== "pad") return;
    const code = pushedNow(navigator.getGamepads?.() ?? []);
    if (code) void this.take(this.waiting, code);
  }

  private async take(action: Action, code: string): Promise<void> {
    const why = refusal(action, code);
    if (why) {
      this.told = why;
      this.requestUpdate();
      return;
    }
    this.waiting = null;
    const done = await this.attempt(() => bind(action, code));
    const saved = t("keys.saved", { action: t(labelOf(action)), key: signOf(code) });
    this.stop(done ? saved : this.problem);
  }

  private async reset(): Promise<void> {
    const done = await this.attempt(resetBindings);
    this.stop(done ? t("keys.standard_again") : this.problem);
  }

  private row(action: Action): TemplateResult {
    const own = keyOf(action) !== STANDARD[action];
    const waits = this.waiting === action;
    return html`<div class="${own ? "own" : ""}"><dt>
        <button type="button" class="small" aria-pressed="${waits ? "true" : "false"}" ?disabled=${this.busy}
          aria-label="${t("keys.change_one", { action: t(labelOf(action)), key: signFor(action) })}"
          @click=${() => this.listenFor(action)}><kbd>${waits ? "…" : signFor(action)}</kbd></button>
      </dt><dd>${t(labelOf(action))}${own ? html` <span class="quiet small">${t("keys.own", { key: signOf(STANDARD[action]) })}</span>` : nothing}</dd></div>`;
  }

  protected override render(): TemplateResult {
    return html`<p>${t("keys.how")}</p>
      <p class="notice key-told" role="status">${this.told || t("keys.fixed")}</p>
      <div class="key-groups">
        ${GROUPS.map(
          (
            group,
          ) => html`<section aria-labelledby="keys-${group}"><h3 id="keys-${group}">${word("key_group", group)}</h3>
            <dl class="keys">${ACTIONS.filter((action) => groupOf(action) === group).map((action) => this.row(action))}</dl></section>`,
        )}
      </div>
      <button type="button" ?disabled=${!customised() || this.busy} @click=${() => void this.reset()}>${t("keys.reset")}</button>`;
  }
}

customElements.define("rlt-key-editor", KeyEditor);
