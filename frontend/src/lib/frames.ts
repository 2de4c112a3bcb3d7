/** Pictures of one recorded episode, fetched ahead a few at a time and kept for scrubbing. */

const AT_ONCE = 4;

export class FrameStore {
  private pictures = new Map<string, Blob>();
  private waiting: string[] = [];
  private closed = false;

  constructor(
    private readonly episode: string,
    private readonly arrived: () => void,
  ) {}

  address(camera: string, step: number): string {
    return `/api/v1/episodes/${this.episode}/frames/${encodeURIComponent(camera)}/${step}.jpg`;
  }

  /** Ask for every picture, all cameras in step with each other, first ones first. */
  loadAll(frames: Record<string, readonly number[]>): void {
    const all = Object.entries(frames).flatMap(([camera, steps]) =>
      steps.map((step) => ({ step, address: this.address(camera, step) })),
    );
    this.waiting = all.sort((a, b) => a.step - b.step).map((frame) => frame.address);
    for (let index = 0; index < AT_ONCE; index += 1) void this.next();
  }

  /** The picture, decoded; null while it is not here, and then it moves to the front. */
  async picture(camera: string, step: number): Promise<ImageBitmap | null> {
    const address = this.address(camera, step);
    const picture = this.pictures.get(address);
    if (picture) return createImageBitmap(picture);
    const place = this.waiting.indexOf(address);
    if (place > 0) {
      this.waiting.splice(place, 1);
      this.waiting.unshift(address);
    }
    return null;
  }

  close(): void {
    this.closed = true;
    this.waiting = [];
    this.pictures.clear();
  }

  private async next(): Promise<void> {
    const address = this.waiting.shift();
    if (!address || this.closed) return;
    try {
      const answer = await fetch(address);
      if (answer.ok) this.pictures.set(address, await answer.blob());
    } catch {
      // A missing picture leaves the one before it on the canvas; the step number still tells.
    }
    if (this.closed) return;
    this.arrived();
    await this.next();
  }
}
