/** A reliability diagram in numbers: how often attempts that were called likely did succeed. */

import type { Reliability } from "../api/types";

export const SIDE = 120;

export interface Dot {
  x: number;
  y: number;
  radius: number;
}

/** One dot for each bin: probability to the right, share upwards, area by attempts. */
export function reliabilityDots(rows: readonly Reliability[]): Dot[] {
  const most = Math.max(1, ...rows.map((row) => row.attempts));
  return rows.map((row) => ({
    x: SIDE * row.probability,
    y: SIDE * (1 - row.successes / row.attempts),
    radius: 2 + 6 * Math.sqrt(row.attempts / most),
  }));
}
