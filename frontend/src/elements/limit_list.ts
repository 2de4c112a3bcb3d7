/** What each robot can do and how far it lets anybody go: told by its bridge, changed at the robot. */

import { html, type TemplateResult } from "lit";
import type { Robot, Task } from "../api/types";
import { num } from "../lib/format";
import { localised, t, word } from "../lib/i18n";
import { robotTitle } from "../lib/robots";

const DEGREES = 180 / Math.PI;

/** Largest speed along and about any axis, from the limits of one control period. */
export function topSpeeds({ spec }: Robot): { mmPerS: number; degreesPerS: number } | null {
  const { action_limit: limits = [], control_hz: hz = 0 } = spec;
  if (limits.length < 6 || hz === 0) return null;
  return {
    mmPerS: Math.max(...limits.slice(0, 3)) * hz * 1000,
    degreesPerS: Math.max(...limits.slice(3, 6)) * hz * DEGREES,
  };
}

function longest({ spec }: Robot): string {
  const hz = spec.control_hz || 1;
  const words = Object.entries(spec.max_steps ?? {}).map(
    ([regime, steps]) => `${word("regime", regime)} ${num(steps / hz)} s`,
  );
  return words.join(", ") || "–";
}

function row(robot: Robot, titleOf: (id: string) => string): TemplateResult {
  const speeds = topSpeeds(robot);
  const known = robot.spec.tasks ?? [];
  return html`<tr>
    <th scope="row"><a href="/robots/${robot.id}">${robotTitle(robot)}</a></th>
    <td>${known.map(titleOf).join(", ") || titleOf(robot.task_id ?? "")}</td>
    <td class="num end-cell">${num(robot.spec.control_hz)} Hz</td>
    <td class="num end-cell">${num(speeds?.mmPerS)} mm/s</td>
    <td class="num end-cell">${num(speeds?.degreesPerS)} °/s</td>
    <td>${longest(robot)}</td>
  </tr>`;
}

export function limitList(robots: readonly Robot[], tasks: readonly Task[]): TemplateResult {
  const titleOf = (id: string) => localised(tasks.find((task) => task.id === id)?.title) || id;
  return html`<section class="panel" id="limits"><h2>${t("limits.title")}</h2>
    <p class="quiet small">${t("limits.help")}</p>
    <div class="table-scroll" role="region" aria-label="${t("limits.title")}" tabindex="0"><table>
      <thead><tr><th scope="col">${t("episode.robot")}</th><th scope="col">${t("limits.tasks")}</th>
        <th scope="col" class="end-cell">${t("limits.rate")}</th><th scope="col" class="end-cell">${t("limits.speed")}</th>
        <th scope="col" class="end-cell">${t("limits.turn")}</th><th scope="col">${t("limits.longest")}</th></tr></thead>
      <tbody>${robots.map((robot) => row(robot, titleOf))}</tbody>
    </table></div></section>`;
}
