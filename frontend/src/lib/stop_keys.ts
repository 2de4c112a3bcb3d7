/** The two chords that stop: Escape twice, or Shift+Space. They work everywhere, also in fields. */

const TWICE_MS = 600;

/** Decides whether a key press completes a stop chord. */
export class StopChord {
  private lastEscape = Number.NEGATIVE_INFINITY;

  /** True when this press means STOP. `at` is a monotonic time in milliseconds. */
  press(code: string, shift: boolean, at: number): boolean {
    if (code === "Space") return shift;
    if (code !== "Escape") {
      this.lastEscape = Number.NEGATIVE_INFINITY;
      return false;
    }
    const twice = at - this.lastEscape <= TWICE_MS;
    this.lastEscape = twice ? Number.NEGATIVE_INFINITY : at;
    return twice;
  }
}
