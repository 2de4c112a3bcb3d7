/** The axes of motion on the picture that a person drives by, with the keys that move along them. */

import { html, nothing, svg, type TemplateResult } from "lit";
import type { Robot } from "../api/types";
import { type Arrow, type DrawnAxes, drawnAxes, toolOf } from "../lib/axes";
import { type Action, signFor } from "../lib/bindings";

const WIDTH = 640;
const HEIGHT = 480;
const CORNER = [WIDTH * 0.13, HEIGHT * 0.8] as const;
const HEAD = 9;
/** Shorter arrows point at the viewer or away; a dot or a cross says which. */
const STUB = 14;

const KEYS: Record<Arrow["axis"], readonly [Action, Action]> = {
  x: ["drive.forward", "drive.back"],
  y: ["drive.left", "drive.right"],
  z: ["drive.up", "drive.down"],
};

function arrowHead(x: number, y: number, angle: number): string {
  const at = (turn: number) =>
    `${(x - HEAD * Math.cos(angle + turn)).toFixed(1)},${(y - HEAD * Math.sin(angle + turn)).toFixed(1)}`;
  return `${x.toFixed(1)},${y.toFixed(1)} ${at(0.45)} ${at(-0.45)}`;
}

function drawn(arrow: Arrow, [x0, y0]: readonly [number, number]): TemplateResult {
  const [dx, dy] = [arrow.along[0] * HEIGHT, arrow.along[1] * HEIGHT];
  const length = Math.hypot(dx, dy);
  const angle = Math.atan2(dy, dx);
  const [x, y] = [x0 + dx, y0 + dy];
  const out = Math.max(length, STUB) + 16;
  const [tx, ty] = [x0 + out * Math.cos(angle), y0 + out * Math.sin(angle)];
  const label = svg`<text x="${tx.toFixed(1)}" y="${ty.toFixed(1)}">${arrow.axis} ${signFor(KEYS[arrow.axis][0])}</text>`;
  if (length < STUB) {
    const mark =
      arrow.away > 0
        ? svg`<path d="M${x0 - 4} ${y0 - 4}l8 8m0 -8l-8 8" />`
        : svg`<circle cx="${x0}" cy="${y0}" r="2.5" class="dot" />`;
    return svg`<g class="axis-${arrow.axis}"><circle cx="${x0}" cy="${y0}" r="8" />${mark}${label}</g>`;
  }
  return svg`<g class="axis-${arrow.axis}">
    <path d="M${x0.toFixed(1)} ${y0.toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}" />
    <polygon points="${arrowHead(x, y, angle)}" />${label}</g>`;
}

function place({ origin, seen }: DrawnAxes): readonly [number, number] {
  if (!seen) return CORNER;
  return [WIDTH / 2 + origin[0] * HEIGHT, HEIGHT / 2 + origin[1] * HEIGHT];
}

/** Nothing where the robot does not say where its camera is. */
export function axesOverlay(robot: Robot, camera: string): TemplateResult | typeof nothing {
  const lens = robot.spec.cameras?.find(({ name }) => name === camera)?.lens;
  const tool = toolOf(robot);
  if (!lens || !tool) return nothing;
  const axes = drawnAxes(lens, tool, WIDTH / HEIGHT);
  const at = place(axes);
  // The nearest last, so that it is drawn over the others.
  const arrows = [...axes.arrows].sort((a, b) => b.away - a.away);
  return html`<svg class="axes" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${arrows.map((arrow) => drawn(arrow, at))}</svg>`;
}
