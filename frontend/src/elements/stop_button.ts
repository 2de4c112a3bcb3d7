/** STOP (software): same place on every page, for everyone signed in, latched by the robot. */

import { html, type TemplateResult } from "lit";
import { get, post } from "../api/client";
import type { Robot } from "../api/types";
import { LightElement } from "../lib/element";
import { t } from "../lib/i18n";
import { newId } from "../lib/ids";
import { subject } from "../lib/page";
import { knownRobots } from "../lib/robots";
import { StopChord } from "../lib/stop_keys";

const TOLD_MS = 3000;

/** The robots that STOP means on this page: the cell's own, or every one. */
async function targets(): Promise<string[]> {
  const own = subject("robot_id");
  if (own) return [own];
  const known = knownRobots().length > 0 ? knownRobots() : await get<Robot[]>("/robots");
  return known.map((robot) => robot.id);
}

export class StopButton extends LightElement {
  private readonly chord = new StopChord();
  private told = "";
  private forget: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(window, "keydown", (event) => this.onKey(event as KeyboardEvent));
  }

  private say(words: string): void {
    this.told = words;
    this.requestUpdate();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.repeat || !this.chord.press(event.code, event.shiftKey, performance.now())) return;
    event.preventDefault();
    void this.stop();
  }

  private async stop(): Promise<void> {
    this.say(t("stop.sending"));
    const done = await this.attempt(async () => {
      const robots = await targets();
      const orders = robots.map((id) =>
        post(`/robots/${id}/commands`, { id: newId(), kind: "stop", args: {} }),
      );
      const answers = await Promise.allSettled(orders);
      const failed = answers.find((answer) => answer.status === "rejected");
      if (failed) throw failed.reason;
    });
    this.say(done ? t("stop.done") : this.problem);
    clearTimeout(this.forget);
    if (done) this.forget = setTimeout(() => this.say(""), TOLD_MS);
  }

  protected override render(): TemplateResult {
    const scope = subject("robot_id") ? t("stop.this") : t("stop.all");
    return html`<button
        type="button"
        class="stop"
        title="${t("stop.help")}"
        @click=${() => void this.stop()}
      >
        <span class="stop-word">${t("stop.label")}</span>
        <span class="stop-scope">${scope} · Esc Esc</span>
      </button>
      <span class="stop-told" role="status">${this.told}</span>`;
  }
}

customElements.define("rlt-stop", StopButton);
