/** Who drives now, readable from three metres: shape, word, colour, and the seconds. */

import { html, nothing, type TemplateResult } from "lit";
import type { Robot, Telemetry } from "../api/types";
import { num } from "../lib/format";
import { t, word } from "../lib/i18n";
import { said } from "../lib/said_now";
import { shape } from "../lib/shapes";

function since(state: Telemetry, hz: number): TemplateResult | typeof nothing {
  if (state.hand_off_step < 0 || state.activity !== "episode") return nothing;
  const seconds = num((state.step - state.hand_off_step) / hz, 1);
  return html`<span>${t("phase.since_hand_off", { n: seconds })}</span>`;
}

function secondLine(state: Telemetry, hz: number): TemplateResult | string {
  if (state.phase === "stopped") return said(state.stop_reason) || t("phase.stopped_plain");
  if (state.pending) return t("phase.pending", { phase: word("phase", state.pending) });
  if (state.activity === "resetting") return t("phase.resetting");
  if (state.activity === "idle")
    return state.phase === "human" ? t("phase.free_driving") : t("phase.idle");
  return html`${since(state, hz)}`;
}

/** The large display, and the sentence that screen readers hear when the phase changes. */
export function phaseDisplay(robot: Robot | null): TemplateResult {
  const state = robot?.connected ? robot.telemetry : null;
  const hz = robot?.spec.control_hz ?? 50;
  const phase = state?.phase ?? "offline";
  return html`<section class="phase-display phase-${phase}" aria-label="${t("phase.who")}">
    <p class="phase-now" role="status">
      ${shape(phase)}
      <span class="phase-word">${word("phase", phase)}</span>
    </p>
    <p class="phase-clock num" title="${t("define.episode_seconds")}">
      ${state?.activity === "episode" ? `${num(state.episode_seconds, 1)} s` : "–"}
    </p>
    <p class="phase-second">
      ${state ? secondLine(state, hz) : t("phase.offline_help")}
    </p>
  </section>`;
}
