/** Which cell needs a person first. */

import type { Robot } from "../api/types";

export type Need =
  | "label"
  | "reset"
  | "offline"
  | "stopped"
  | "policy"
  | "start"
  | "running"
  | "idle";

const ORDER: readonly Need[] = [
  "label",
  "reset",
  "stopped",
  "offline",
  "policy",
  "start",
  "running",
  "idle",
];

/** The one thing this cell waits for. */
export function needOf(robot: Robot): Need {
  if (!robot.connected || !robot.telemetry) return "offline";
  if (robot.waiting_for === "label" || robot.waiting_for === "reset") return robot.waiting_for;
  if (robot.telemetry.phase === "stopped" || robot.waiting_for === "arm") return "stopped";
  if (robot.waiting_for === "policy") return "policy";
  if (robot.telemetry.activity === "episode") return "running";
  return robot.waiting_for === "start" ? "start" : "idle";
}

/** Most urgent first, then by name so that cards do not jump about. */
export function byNeed(robots: readonly Robot[]): Robot[] {
  return [...robots].sort(
    (a, b) => ORDER.indexOf(needOf(a)) - ORDER.indexOf(needOf(b)) || a.name.localeCompare(b.name),
  );
}

/** Does a person have to do something? */
export function isUrgent(need: Need): boolean {
  return ORDER.indexOf(need) < ORDER.indexOf("start");
}
