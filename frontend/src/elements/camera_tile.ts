/** One camera: the newest picture, its age, the phase as its border, STALE when it is old. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { LightElement } from "../lib/element";
import { num } from "../lib/format";
import { t } from "../lib/i18n";
import { live } from "../lib/live";
import { shape } from "../lib/shapes";
import { type Frame, video } from "../lib/video";

export const STALE_AFTER_MS = 500;

const SIZES = {
  focus: { width: 640, height: 480, fps: 25 },
  thumb: { width: 320, height: 240, fps: 10 },
  wall: { width: 320, height: 240, fps: 5 },
} as const;

export class CameraTile extends LightElement {
  static override properties = {
    robot: { type: String },
    camera: { type: String },
    caption: { type: String },
    size: { type: String },
    phase: { type: String },
    over: { attribute: false },
  };

  /** What is drawn over the picture, in a box of its size. */
  declare over: unknown;
  declare robot: string;
  declare camera: string;
  declare caption: string;
  declare size: keyof typeof SIZES;
  declare phase: string;
  /** Sequence of the last painted picture, so that a command can say what its giver had seen. */
  sequence = -1;
  private capturedAt = 0;
  private stale = false;
  private unwatch: (() => void) | null = null;

  constructor() {
    super();
    this.robot = "";
    this.camera = "";
    this.caption = "";
    this.size = "thumb";
    this.phase = "";
    this.over = nothing;
  }

  /** Milliseconds since the painted picture was taken; infinite before the first. */
  age(): number {
    if (this.capturedAt === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, video.clock.toServer(Date.now()) - this.capturedAt);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.watch();
    this.every(200, () => this.tick());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
    this.unwatch = null;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("robot") || changed.has("camera") || changed.has("size")) this.watch();
  }

  private watch(): void {
    this.unwatch?.();
    this.capturedAt = 0;
    if (!this.robot || !this.camera) return;
    const wish = { robot: this.robot, camera: this.camera, ...SIZES[this.size] };
    this.unwatch = video.watch(wish, (frame) => this.paint(frame));
  }

  private paint({ picture, header, capturedAt }: Frame): void {
    const canvas = this.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    context.drawImage(picture, 0, 0);
    this.sequence = header.sequence;
    this.capturedAt = capturedAt;
  }

  private tick(): void {
    const age = this.age();
    const stale = age > STALE_AFTER_MS;
    const trip = live.roundTrip === null ? "" : ` · ↔ ${num(live.roundTrip)} ms`;
    const text = Number.isFinite(age)
      ? `${t("camera.age", { n: num(age) })}${trip}`
      : t("camera.waiting");
    const place = this.querySelector(".tile-age");
    if (place && place.textContent !== text) place.textContent = text;
    if (stale !== this.stale) {
      this.stale = stale;
      this.requestUpdate();
    }
  }

  protected override render(): TemplateResult {
    const seen = this.capturedAt > 0;
    const classes = { tile: true, [`tile-${this.size}`]: true, stale: this.stale && seen };
    return html`<figure class="${classMap(classes)}" data-phase="${this.phase}">
      <canvas width="640" height="480" role="img" aria-label="${this.caption}"></canvas>
      ${this.over}
      <figcaption>
        <span class="tile-name"
          >${this.phase ? shape(this.phase) : ""}
          ${this.caption}</span
        >
        <span class="tile-age num" title="${t("camera.age_help")}"></span>
      </figcaption>
      ${this.stale && seen ? html`<p class="tile-stale" role="alert">${t("camera.stale")}</p>` : ""}
    </figure>`;
  }
}

customElements.define("rlt-camera", CameraTile);
