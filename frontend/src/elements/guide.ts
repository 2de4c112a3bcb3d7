/** The hint strip of a first visit: five steps, ticked off by what really happens. */

import { html, nothing, type TemplateResult } from "lit";
import type { Robot } from "../api/types";
import { type Action, signFor } from "../lib/bindings";
import { type Key, t } from "../lib/i18n";

const STEPS = ["watch", "hand_off", "take_over", "release", "label"] as const;
const KEYS: Record<(typeof STEPS)[number], Action[]> = {
  watch: ["cell.start"],
  hand_off: ["cell.hand_off"],
  take_over: ["cell.take_over", "drive.forward", "drive.left", "drive.back", "drive.right"],
  release: ["cell.give_back"],
  label: ["label.success", "label.failure"],
};
const done = new Set<string>();

function observe(robot: Robot): void {
  const state = robot.telemetry;
  if (!state) return;
  if (state.activity === "episode") done.add("watch");
  if (state.phase === "rl" || state.hand_off_step >= 0) done.add("hand_off");
  if (state.phase === "human") done.add("take_over");
  if (done.has("take_over") && state.phase !== "human") done.add("release");
  if (done.has("watch") && robot.waiting_for !== "label" && state.activity === "idle")
    done.add("label");
}

/** Shown when the page was opened by one of the first-visit offers (`?guide=…`). */
export function guideStrip(robot: Robot): TemplateResult | typeof nothing {
  const guide = new URLSearchParams(location.search).get("guide");
  if (!guide) return nothing;
  observe(robot);
  if (guide === "watch") return html`<p class="guide notice">${t("guide.watching")}</p>`;
  const next = STEPS.find((step) => !done.has(step));
  return html`<ol class="guide" aria-label="${t("guide.title")}">
    ${STEPS.map(
      (step) =>
        html`<li class="${done.has(step) ? "done" : step === next ? "next" : ""}" aria-current="${step === next ? "step" : "false"}">
          ${t(`guide.${step}` as Key)} ${KEYS[step].map((action) => html`<kbd>${signFor(action)}</kbd> `)}
        </li>`,
    )}
  </ol>`;
}
