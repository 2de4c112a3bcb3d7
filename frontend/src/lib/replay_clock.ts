/** One clock for all cameras of a replay: a step position that plays, pauses, and steps. */

export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;

export class ReplayClock {
  step = 0;
  playing = false;
  speed = 1;

  constructor(
    readonly lastStep: number,
    readonly hz: number,
  ) {}

  /** Move on by `seconds` of real time; true when the position changed. */
  advance(seconds: number): boolean {
    if (!this.playing) return false;
    const before = this.step;
    this.step = Math.min(this.lastStep, this.step + seconds * this.hz * this.speed);
    if (this.step >= this.lastStep) this.playing = false;
    return this.step !== before;
  }

  /** Play from here, from the start if at the end; or pause. */
  toggle(): void {
    if (!this.playing && this.step >= this.lastStep) this.step = 0;
    this.playing = !this.playing;
  }

  seek(step: number): void {
    this.step = Math.max(0, Math.min(this.lastStep, step));
  }

  /** To the next (1) or previous (-1) of the steps that have a picture. */
  nudge(direction: 1 | -1, steps: readonly number[]): void {
    this.playing = false;
    const here = Math.round(this.step);
    const next =
      direction === 1 ? steps.find((step) => step > here) : steps.findLast((step) => step < here);
    if (next !== undefined) this.seek(next);
  }

  /** Half, then a quarter; or double, up to the ends of the scale. */
  changeSpeed(direction: 1 | -1): void {
    const index = SPEEDS.indexOf(this.speed as (typeof SPEEDS)[number]);
    this.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index + direction))] ?? 1;
  }
}

/** The newest step with a picture at or before `step`; the first one before any. */
export function frameAt(steps: readonly number[], step: number): number | null {
  return steps.findLast((known) => known <= step + 0.5) ?? steps[0] ?? null;
}
