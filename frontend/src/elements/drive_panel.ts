/** What a driving person sees: the ring of the hold, the speed scale, the reach, where it goes. */

import { html, type TemplateResult } from "lit";
import type { Robot } from "../api/types";
import { type Action, signFor } from "../lib/bindings";
import type { DriveState } from "../lib/drive";
import { num } from "../lib/format";
import { t } from "../lib/i18n";
import { styled } from "../lib/styled";

function stick(twist: readonly number[]): TemplateResult {
  const at = { left: `${50 - 42 * (twist[1] ?? 0)}%`, top: `${50 - 42 * (twist[0] ?? 0)}%` };
  return html`<div class="stick" aria-hidden="true"><span class="stick-dot" ${styled(at)}></span></div>
    <div class="lift" aria-hidden="true"><span class="stick-dot" ${styled({ top: `${50 - 42 * (twist[2] ?? 0)}%` })}></span></div>`;
}

function position(robot: Robot): string {
  const names = robot.spec.state_names ?? [];
  const parts = ["tcp_x", "tcp_y", "tcp_z"].map((name) => {
    const value = robot.telemetry?.state[names.indexOf(name)];
    return `${name.slice(-1)} ${value === undefined ? "–" : num(value * 1000, 1)}`;
  });
  return `${parts.join("  ")} mm`;
}

/** Largest speed that the robot itself allows at this scale, in millimetres a second. */
function topSpeed(robot: Robot, scale: number): string {
  const limit = robot.spec.action_limit?.[0];
  const hz = robot.spec.control_hz;
  return limit && hz ? `${num(limit * hz * scale * 1000)} mm/s` : "–";
}

/** The sentence that says which keys move the robot, with this person's own. */
export function driveKeys(): string {
  const pair = (...actions: Action[]) => actions.map(signFor).join(" ");
  return t("drive.keys", {
    along: pair("drive.forward", "drive.back"),
    across: pair("drive.left", "drive.right"),
    lift: pair("drive.up", "drive.down"),
    turn: pair("drive.tilt_forward", "drive.tilt_back", "drive.turn_left", "drive.turn_right"),
  });
}

export function drivePanel(
  robot: Robot,
  drive: DriveState,
  speed: number,
  onSpeed: (value: number) => void,
): TemplateResult {
  const words = drive.blind
    ? t("drive.blind")
    : drive.active
      ? t("drive.held")
      : t("drive.released");
  const change = (event: Event) => onSpeed(Number((event.target as HTMLInputElement).value));
  return html`<section class="panel drive ${drive.active ? "held" : ""} ${drive.blind ? "blind" : ""}" aria-label="${t("drive.title")}">
    <p class="drive-state" role="status"><span class="ring" aria-hidden="true"></span> ${words}</p>
    <div class="drive-body">
      ${stick(drive.twist)}
      <div class="drive-figures">
        <label>${t("drive.speed")} <span class="num">${num(speed * 100)} %</span>
          <input type="range" min="0.1" max="1" step="0.1" .value=${String(speed)} @input=${change} />
        </label>
        <p class="num small" title="${t("drive.limit_help")}">${t("drive.limit")} ${topSpeed(robot, speed)}</p>
        <p class="num small" title="${t("drive.position_help")}">${position(robot)}</p>
      </div>
    </div>
    <p class="quiet small">${driveKeys()}</p>
  </section>`;
}
