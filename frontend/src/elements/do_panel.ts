/** The orders a person gives: arm in two steps, start, hand off, back, take over, pause. */

import { html, type PropertyValues, type TemplateResult } from "lit";
import type { Robot } from "../api/types";
import { type Action, signFor } from "../lib/bindings";
import { type CommandKind, command } from "../lib/command";
import { doable } from "../lib/doable";
import { LightElement } from "../lib/element";
import { type Key, t } from "../lib/i18n";
import { addHotkeys } from "../lib/keys";
import { can } from "../lib/page";

const ORDERS: { kind: CommandKind; action: Action; label: Key }[] = [
  { kind: "start_episode", action: "cell.start", label: "do.start" },
  { kind: "hand_off", action: "cell.hand_off", label: "do.hand_off" },
  { kind: "back_to_base", action: "cell.back_to_base", label: "do.back_to_base" },
  { kind: "give_back", action: "cell.give_back", label: "do.give_back" },
];

const isPress = (event: KeyboardEvent) =>
  (event.code === "Space" || event.code === "Enter") && !event.shiftKey;

export class DoPanel extends LightElement {
  static override properties = {
    robot: { attribute: false },
    frameSeen: { attribute: false },
    regime: { type: String },
    driving: { type: Boolean },
  };

  declare robot: Robot | null;
  declare frameSeen: () => number;
  declare regime: string;
  declare driving: boolean;
  private told = "";

  constructor() {
    super();
    this.robot = null;
    this.frameSeen = () => -1;
    this.regime = "";
    this.driving = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const keys = ORDERS.map(({ kind, action, label }) => ({
      action,
      label,
      press: () => void this.order(kind),
    }));
    this.keep(
      addHotkeys([
        ...keys,
        {
          action: "cell.take_over",
          label: "do.take_over",
          press: () => this.clutch(true),
          release: () => this.clutch(false),
        },
        { action: "cell.pause", label: "do.pause", press: () => void this.pauseOrResume() },
      ]),
    );
  }

  /** Give an order unless it makes no sense now; then say why instead. */
  async order(kind: CommandKind): Promise<void> {
    const verdict = doable(kind, this.robot, can("drive"));
    if (verdict !== "ok") {
      this.say(t(verdict));
      return;
    }
    const args = kind === "start_episode" && this.regime ? { regime: this.regime } : {};
    this.say("");
    const robot = this.robot?.id ?? "";
    const done = await this.attempt(async () => {
      await command(robot, kind, this.frameSeen(), args);
    });
    if (!done) this.say(this.problem);
  }

  /** The take-over key or button is down or up; the cockpit's drive loop listens. */
  private clutch(held: boolean): void {
    this.dispatchEvent(new CustomEvent("clutch", { detail: held, bubbles: true }));
    if (held && this.robot?.telemetry?.phase !== "human") void this.order("take_over");
  }

  private pauseOrResume(): Promise<void> {
    return this.order(this.robot?.telemetry?.phase === "paused" ? "resume" : "pause");
  }

  private say(words: string): void {
    this.told = words;
    this.requestUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("robot") || !this.told) return;
    const before = changed.get("robot") as Robot | null | undefined;
    if (before?.telemetry?.phase !== this.robot?.telemetry?.phase) this.say("");
  }

  private button(kind: CommandKind, label: Key, action: Action | null, extra = ""): TemplateResult {
    const key = action ? signFor(action) : "";
    const verdict = doable(kind, this.robot, can("drive"));
    return html`<button
      type="button"
      class="do ${extra}"
      aria-disabled="${verdict === "ok" ? "false" : "true"}"
      aria-keyshortcuts="${key}"
      title="${verdict === "ok" ? t(label) : t(verdict)}"
      @click=${() => void this.order(kind)}
    >
      <span>${t(label)}</span>${key ? html`<kbd aria-hidden="true">${key}</kbd>` : ""}
    </button>`;
  }

  private takeOver(): TemplateResult {
    const verdict = doable("take_over", this.robot, can("drive"));
    const down = (event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      this.clutch(true);
    };
    const up = () => this.clutch(false);
    // Space and Enter on the focused button hold it as a finger does; Shift+Space stops.
    const keyDown = (event: KeyboardEvent) => {
      if (!isPress(event)) return;
      event.preventDefault();
      if (!event.repeat) this.clutch(true);
    };
    const keyUp = (event: KeyboardEvent) => {
      if (isPress(event)) this.clutch(false);
    };
    return html`<button
      type="button"
      class="do do-human ${this.driving ? "held" : ""}"
      aria-disabled="${verdict === "ok" ? "false" : "true"}"
      aria-keyshortcuts="${signFor("cell.take_over")}"
      title="${verdict === "ok" ? t("do.take_over_help") : t(verdict)}"
      @pointerdown=${down}
      @pointerup=${up}
      @pointercancel=${up}
      @lostpointercapture=${up}
      @keydown=${keyDown}
      @keyup=${keyUp}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      <span>${t("do.take_over")}</span><kbd aria-hidden="true">${signFor("cell.take_over")}</kbd>
    </button>`;
  }

  private armSteps(): TemplateResult {
    const cleared = this.robot?.telemetry?.stop_cleared ?? false;
    return html`<ol class="arm-steps" aria-label="${t("do.arm_steps")}">
      <li>${this.button("clear_stop", "do.clear_stop", null, cleared ? "done" : "next")}</li>
      <li>${this.button("arm", "do.arm", null, cleared ? "next" : "")}</li>
    </ol>`;
  }

  /** What was learned from switches says that the precise part has begun. */
  private get suggested(): boolean {
    const seen = this.robot?.telemetry;
    return seen?.hand_off === "now" && seen.phase === "base" && seen.activity === "episode";
  }

  private orders(): TemplateResult {
    const paused = this.robot?.telemetry?.phase === "paused";
    return html`<div class="do-grid">
      ${this.button("start_episode", "do.start", "cell.start", "do-wide")}
      ${this.button("hand_off", "do.hand_off", "cell.hand_off", this.suggested ? "do-rl next" : "do-rl")}
      ${this.button("back_to_base", "do.back_to_base", "cell.back_to_base", "do-base")}
      ${this.takeOver()} ${this.button("give_back", "do.give_back", "cell.give_back")}
      ${paused ? this.button("resume", "do.resume", "cell.pause", "do-wide next") : this.button("pause", "do.pause", "cell.pause", "do-wide")}
    </div>`;
  }

  protected override render(): TemplateResult {
    const stopped = this.robot?.connected && this.robot.telemetry?.phase === "stopped";
    return html`<section class="panel do-panel" aria-label="${t("do.title")}">
      ${stopped ? this.armSteps() : this.orders()}
      <p class="do-told" role="status">${this.told || (this.suggested ? t("do.suggested") : "")}</p>
    </section>`;
  }
}

customElements.define("rlt-do", DoPanel);
