/** The few statistics the page works out itself; the reports come from the server. */

/** Wilson score interval of a share at 95 %, robust for few attempts. */
export function wilson(successes: number, attempts: number): [number, number] | null {
  if (attempts <= 0) return null;
  const z = 1.959964;
  const share = successes / attempts;
  const base = 1 + (z * z) / attempts;
  const centre = share + (z * z) / (2 * attempts);
  const spread = z * Math.sqrt((share * (1 - share)) / attempts + (z * z) / (4 * attempts ** 2));
  return [Math.max(0, (centre - spread) / base), Math.min(1, (centre + spread) / base)];
}

/** The middle value, or null of an empty list. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Share of a part in its whole, summed over the trailing `window`, at every one of them. */
export function rollingShare(
  counts: readonly { part: number; whole: number }[],
  window: number,
): number[] {
  return counts.map((_, index) => {
    const recent = counts.slice(Math.max(0, index + 1 - window), index + 1);
    const whole = recent.reduce((sum, one) => sum + one.whole, 0);
    return whole > 0 ? recent.reduce((sum, one) => sum + one.part, 0) / whole : 0;
  });
}

export interface Rolling {
  share: number;
  low: number;
  high: number;
}

/** Success share over the trailing `window` attempts, with its interval, at every attempt. */
export function rollingSuccess(outcomes: readonly boolean[], window: number): Rolling[] {
  return outcomes.map((_, index) => {
    const recent = outcomes.slice(Math.max(0, index + 1 - window), index + 1);
    const successes = recent.filter(Boolean).length;
    const [low, high] = wilson(successes, recent.length) ?? [0, 1];
    return { share: successes / recent.length, low, high };
  });
}
