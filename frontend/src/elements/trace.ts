/** One recorded signal over the steps of an attempt, with the replay's position in it. */

import { html, nothing, svg, type TemplateResult } from "lit";
import type { EpisodeDetail } from "../api/types";
import { short } from "../lib/format";
import { word } from "../lib/i18n";

type Rows = EpisodeDetail["signals"]["rows"];

const WIDTH = 1000;
const HEIGHT = 44;

interface Scale {
  low: number;
  high: number;
}

/** Forces start at zero; positions use their own range, else every one of them is a flat line. */
function scaleOf(name: string, values: readonly number[]): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const floor = /^(force|torque)/.test(name) ? Math.min(0, low) : low;
  return { low: floor, high: high > floor ? high : floor + 1 };
}

/** Units by the ending of a signal's name. */
export function unitOf(name: string): { unit: string; factor: number } {
  if (name.startsWith("force")) return { unit: "N", factor: 1 };
  if (name.startsWith("torque")) return { unit: "N·m", factor: 1 };
  if (/^(tcp|distance)/.test(name)) return { unit: "mm", factor: 1000 };
  return { unit: "", factor: 1 };
}

/** The newest sample at or before a step. */
export function sampleAt(rows: Rows, column: number, step: number): number | null {
  return rows.findLast(([at]) => at <= step + 0.5)?.[1][column] ?? null;
}

/** The signal of one column as a line. */
export function trace(
  episode: EpisodeDetail,
  name: string,
  column: number,
  step: number,
): TemplateResult | typeof nothing {
  const rows = episode.signals.rows;
  if (rows.length < 2) return nothing;
  const values = rows.map(([, sampled]) => sampled[column] ?? 0);
  const { low, high } = scaleOf(name, values);
  const x = (at: number) => ((at / Math.max(1, episode.steps)) * WIDTH).toFixed(1);
  const y = (value: number) =>
    (HEIGHT - 3 - ((value - low) / (high - low)) * (HEIGHT - 6)).toFixed(1);
  const points = rows.map(([at], index) => `${x(at)},${y(values[index] ?? 0)}`).join(" ");
  const { unit, factor } = unitOf(name);
  const now = sampleAt(rows, column, step);
  const range = `${short(low * factor)} … ${short(high * factor)} ${unit}`;
  const title = word("signal", name);
  return html`<div class="trace">
    <p><span>${title}</span> <span class="num">${now === null ? "–" : short(now * factor)} ${unit}</span>
      <span class="quiet num">${range}</span></p>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}, ${range}">
      ${svg`<polyline points="${points}" vector-effect="non-scaling-stroke" />
        <line class="cursor" x1="${x(step)}" x2="${x(step)}" y1="0" y2="${HEIGHT}" vector-effect="non-scaling-stroke" />`}
    </svg>
  </div>`;
}
