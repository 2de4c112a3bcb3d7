/** An attempt again: every camera on one clock, phases under the scrubber, forces below. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { EpisodeDetail } from "../api/types";
import { signFor } from "../lib/bindings";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { FrameStore } from "../lib/frames";
import { t, word } from "../lib/i18n";
import { addHotkeys } from "../lib/keys";
import { frameAt, ReplayClock, SPEEDS } from "../lib/replay_clock";
import { cameraTitle } from "../lib/robots";
import { shape } from "../lib/shapes";
import { ribbon } from "./ribbon";
import { trace } from "./trace";

export class Replay extends LightElement {
  static override properties = {
    episode: { attribute: false },
    autoplay: { type: Boolean },
  };

  declare episode: EpisodeDetail | null;
  declare autoplay: boolean;
  private clock = new ReplayClock(0, 50);
  private frames: FrameStore | null = null;
  private drawn = new Map<string, string>();
  private ticking = 0;

  constructor() {
    super();
    this.episode = null;
    this.autoplay = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.keep(
      addHotkeys([
        { action: "replay.play", label: "replay.play", press: () => this.toggle() },
        { action: "replay.back", label: "replay.back", press: () => this.nudge(-1) },
        { action: "replay.forward", label: "replay.forward", press: () => this.nudge(1) },
        { action: "replay.slower", label: "replay.slower", press: () => this.speed(-1) },
        { action: "replay.faster", label: "replay.faster", press: () => this.speed(1) },
      ]),
    );
    this.keep(() => cancelAnimationFrame(this.ticking));
    this.keep(() => this.frames?.close());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("episode")) return;
    const before = changed.get("episode") as EpisodeDetail | null | undefined;
    if (before?.id === this.episode?.id) return;
    this.frames?.close();
    this.drawn.clear();
    this.clock = new ReplayClock(this.episode?.steps ?? 0, this.episode?.control_hz ?? 50);
    if (!this.episode) return;
    this.frames = new FrameStore(this.episode.id, () => this.paint());
    this.frames.loadAll(this.episode.frames);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (this.autoplay && !still) this.toggle();
  }

  protected override updated(): void {
    this.paint();
  }

  private toggle(): void {
    this.clock.toggle();
    this.requestUpdate();
    cancelAnimationFrame(this.ticking);
    if (!this.clock.playing) return;
    let before = performance.now();
    const beat = (now: number) => {
      if (this.clock.advance((now - before) / 1000)) this.requestUpdate();
      before = now;
      if (this.clock.playing) this.ticking = requestAnimationFrame(beat);
      else this.requestUpdate();
    };
    this.ticking = requestAnimationFrame(beat);
  }

  private nudge(direction: 1 | -1): void {
    const steps = Object.values(this.episode?.frames ?? {})[0] ?? [];
    this.clock.nudge(direction, steps);
    this.requestUpdate();
  }

  private speed(direction: 1 | -1): void {
    this.clock.changeSpeed(direction);
    this.requestUpdate();
  }

  private paint(): void {
    for (const [camera, steps] of Object.entries(this.episode?.frames ?? {})) {
      const step = frameAt(steps, this.clock.step);
      if (step !== null) void this.paintCamera(camera, step);
    }
  }

  private async paintCamera(camera: string, step: number): Promise<void> {
    const key = `${this.episode?.id}/${step}`;
    if (this.drawn.get(camera) === key) return;
    this.drawn.set(camera, key);
    const picture = await this.frames?.picture(camera, step);
    if (this.drawn.get(camera) !== key) return;
    const canvas = this.querySelector<HTMLCanvasElement>(`[data-camera="${CSS.escape(camera)}"]`);
    if (!picture || !canvas) {
      this.drawn.delete(camera);
      return;
    }
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
    canvas.dataset.shown = this.episode?.id ?? "";
    picture.close();
  }

  private phaseNow(episode: EpisodeDetail): string {
    const step = this.clock.step;
    return (
      episode.segments.find((part) => step >= part.start_step && step < part.end_step)?.phase ??
      episode.segments.at(-1)?.phase ??
      "base"
    );
  }

  private pictures(episode: EpisodeDetail): TemplateResult {
    const cameras = Object.keys(episode.frames);
    const phase = this.phaseNow(episode);
    if (cameras.length === 0) return html`<p class="empty">${t("replay.no_pictures")}</p>`;
    return html`<div class="replay-cameras count-${cameras.length}">
      ${cameras.map(
        (camera) => html`<figure class="tile" data-phase="${phase}">
          <canvas data-camera="${camera}" width="640" height="480" role="img" aria-label="${cameraTitle(camera)}"></canvas>
          <figcaption><span class="tile-name">${shape(phase)} ${cameraTitle(camera)}</span></figcaption>
        </figure>`,
      )}
    </div>`;
  }

  private controls(episode: EpisodeDetail): TemplateResult {
    const phase = this.phaseNow(episode);
    const seconds = num(this.clock.step / this.clock.hz, 2);
    const seek = (event: Event) => {
      this.clock.seek(Number((event.target as HTMLInputElement).value));
      this.requestUpdate();
    };
    const change = (event: Event) => {
      this.clock.speed = Number((event.target as HTMLSelectElement).value);
      this.requestUpdate();
    };
    return html`<div class="replay-controls">
      <div class="replay-buttons">
        <button type="button" class="play" aria-label="${this.clock.playing ? t("replay.pause") : t("replay.play")}" @click=${() => this.toggle()}>${shape(this.clock.playing ? "paused" : "start")}</button>
        <button type="button" class="plain" aria-label="${t("replay.back")}" title="${t("replay.back")} [${signFor("replay.back")}]" @click=${() => this.nudge(-1)}>${shape("back")}</button>
        <button type="button" class="plain" aria-label="${t("replay.forward")}" title="${t("replay.forward")} [${signFor("replay.forward")}]" @click=${() => this.nudge(1)}>${shape("forward")}</button>
      </div>
      <div class="scrub">
        ${ribbon({ stretches: episode.segments, span: episode.steps, hz: this.clock.hz, cursor: this.clock.step })}
        <input type="range" min="0" max="${episode.steps}" step="1" .value=${String(Math.round(this.clock.step))}
          aria-label="${t("replay.position")}" aria-valuetext="${seconds} s, ${word("phase", phase)}" @input=${seek} />
      </div>
      <p class="replay-at num">${seconds} s <span class="quiet">${t("replay.at", { n: num(Math.round(this.clock.step)), all: num(episode.steps) })}</span></p>
      <label class="replay-speed">${t("replay.speed")}
        <select @change=${change}>
          ${SPEEDS.map((speed) => html`<option value="${speed}" ?selected=${speed === this.clock.speed}>${speed}×</option>`)}
        </select></label>
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const episode = this.episode;
    if (!episode) return nothing;
    return html`<section class="replay" aria-label="${t("replay.title")}">
      ${this.pictures(episode)} ${this.controls(episode)}
      ${episode.signals.names.map((name, index) => trace(episode, name, index, this.clock.step))}
    </section>`;
  }
}

customElements.define("rlt-replay", Replay);
