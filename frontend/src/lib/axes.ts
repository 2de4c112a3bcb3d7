/** Where the axes of motion lie in a camera's picture. Pure geometry; poses come from the robot. */

import type { Robot } from "../api/types";

type Lens = NonNullable<NonNullable<Robot["spec"]["cameras"]>[number]["lens"]>;
type Vector = readonly [number, number, number];
type Quaternion = readonly [w: number, x: number, y: number, z: number];

export interface Arrow {
  axis: "x" | "y" | "z";
  /** Direction and length in the picture, as shares of its height; y is down. */
  along: readonly [number, number];
  /** Share of the axis that points away from the camera: 1 straight away, -1 at the viewer. */
  away: number;
}

export interface DrawnAxes {
  /** Where the tool is: shares of the picture's height from its middle; y is down. */
  origin: readonly [number, number];
  /** The tool is in the picture; else the axes are drawn in a corner. */
  seen: boolean;
  arrows: Arrow[];
}

/** Of the picture's height, for an axis that lies in the picture's plane. */
export const ARROW = 0.16;
const NEAREST = 0.01;

const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const times = (k: number, a: Vector): Vector => [k * a[0], k * a[1], k * a[2]];

/** A vector turned by a unit quaternion. */
export function rotate([w, x, y, z]: Quaternion, v: Vector): Vector {
  const axis: Vector = [x, y, z];
  const twice = times(2, cross(axis, v));
  return add(add(v, times(w, twice)), cross(axis, twice));
}

const conjugate = ([w, x, y, z]: Quaternion): Quaternion => [w, -x, -y, -z];

/** The unit quaternion of a rotation vector. */
export function quaternion(turn: Vector): Quaternion {
  const angle = Math.hypot(...turn);
  if (angle === 0) return [1, 0, 0, 0];
  const [x, y, z] = times(Math.sin(angle / 2) / angle, turn);
  return [Math.cos(angle / 2), x, y, z];
}

export interface Tool {
  position: Vector;
  turn: Vector;
}

/** The measured tool, base frame; null where the robot does not tell it. */
export function toolOf(robot: Robot): Tool | null {
  const names = robot.spec.state_names ?? [];
  const state = robot.telemetry?.state ?? [];
  const read = (parts: readonly string[]) => parts.map((name) => state[names.indexOf(name)]);
  const values = [...read(["tcp_x", "tcp_y", "tcp_z"]), ...read(["tcp_rx", "tcp_ry", "tcp_rz"])];
  if (values.some((value) => value === undefined)) return null;
  const [x = 0, y = 0, z = 0, rx = 0, ry = 0, rz = 0] = values;
  return { position: [x, y, z], turn: [rx, ry, rz] };
}

/** A direction of the base frame as the camera sees it: right, up, towards the viewer. */
function towards(lens: Lens, tool: Tool, direction: Vector): Vector {
  const here = lens.on_tool ? rotate(conjugate(quaternion(tool.turn)), direction) : direction;
  return rotate(conjugate(lens.turn), here);
}

/** The tool centre point as the camera sees it. */
function toolSeen(lens: Lens, tool: Tool): Vector {
  const offset = lens.on_tool ? times(-1, lens.position) : minus(tool.position, lens.position);
  return rotate(conjugate(lens.turn), offset);
}

const BASE: readonly (readonly ["x" | "y" | "z", Vector])[] = [
  ["x", [1, 0, 0]],
  ["y", [0, 1, 0]],
  ["z", [0, 0, 1]],
];

/** The base frame's axes, along which hands move the tool, at the tool in a picture of this shape. */
export function drawnAxes(lens: Lens, tool: Tool, aspect: number): DrawnAxes {
  const [right, up, back] = toolSeen(lens, tool);
  const half = Math.tan(lens.fovy / 2);
  const depth = Math.max(NEAREST, -back);
  const origin = [right / depth / half / 2, -up / depth / half / 2] as const;
  const seen = back < 0 && Math.abs(origin[0]) < aspect / 2 && Math.abs(origin[1]) < 0.5;
  // What is off the middle is seen from the side: straight away is along the line of sight.
  const sight: Vector = seen ? [right / depth, up / depth, 0] : [0, 0, 0];
  const arrows = BASE.map(([axis, direction]) => {
    const [x, y, z] = towards(lens, tool, direction);
    const flat = [x + z * sight[0], y + z * sight[1]] as const;
    return { axis, along: [ARROW * flat[0], -ARROW * flat[1]] as const, away: -z };
  });
  return { origin, seen, arrows };
}
