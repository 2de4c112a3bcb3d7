/** Camera pictures over one binary socket: newest wins, decoded off the main path, never queued. */

import { LastingSocket } from "./lasting_socket";
import { live } from "./live";

export const HEADER_BYTES = 32;

export interface FrameHeader {
  version: number;
  codec: number;
  stream: number;
  sequence: number;
  capturedUs: number;
  sentUs: number;
  step: number;
  width: number;
  height: number;
}

/** Header of a binary frame: `<BBHIqqiHH`. */
export function parseHeader(buffer: ArrayBuffer): FrameHeader {
  const view = new DataView(buffer);
  return {
    version: view.getUint8(0),
    codec: view.getUint8(1),
    stream: view.getUint16(2, true),
    sequence: view.getUint32(4, true),
    capturedUs: Number(view.getBigInt64(8, true)),
    sentUs: Number(view.getBigInt64(16, true)),
    step: view.getInt32(24, true),
    width: view.getUint16(28, true),
    height: view.getUint16(30, true),
  };
}

export interface Frame {
  picture: ImageBitmap;
  header: FrameHeader;
  /** Age when it was painted, by the server's clock as this page knows it. */
  capturedAt: number;
}

export interface Wish {
  robot: string;
  camera: string;
  width: number;
  height: number;
  fps: number;
}

export type FrameHandler = (frame: Frame) => void;

/**
 * Server clock minus browser clock, from arrival times: the fastest frame is taken to have needed no
 * time on the way, so shown ages are at most that much too small.
 */
export class ClockOffset {
  private best: { offset: number; at: number } | null = null;

  constructor(private readonly forgetAfterMs = 60_000) {}

  observe(sentMs: number, receivedMs: number): void {
    const offset = sentMs - receivedMs;
    const stale = this.best !== null && receivedMs - this.best.at > this.forgetAfterMs;
    if (this.best === null || stale || offset > this.best.offset) {
      this.best = { offset, at: receivedMs };
    }
  }

  /** The server's clock at this browser time. */
  toServer(browserMs: number): number {
    return browserMs + (this.best?.offset ?? 0);
  }
}

interface Watcher {
  wish: Wish;
  handler: FrameHandler;
}

export class VideoConnection {
  readonly clock = new ClockOffset();
  private readonly socket = new LastingSocket(
    "/api/v1/video",
    {
      opened: () => this.sendWishes(),
      received: (data) => this.receive(data),
      lost: () => undefined,
    },
    false,
  );
  private heeding: (() => void) | null = null;
  private watchers = new Set<Watcher>();
  private streams = new Map<number, string>();
  private decoding = new Set<string>();
  private newest = new Map<string, ArrayBuffer>();
  private scheduled = false;

  /** Watch one camera until the answer is called. */
  watch(wish: Wish, handler: FrameHandler): () => void {
    // Cameras may be silent for good reasons; what cut the other link has most likely cut this one.
    this.heeding ??= live.on("connection", ({ connected }) => {
      if (!connected) this.socket.redial();
    });
    const watcher = { wish, handler };
    this.watchers.add(watcher);
    this.schedule();
    return () => {
      this.watchers.delete(watcher);
      this.schedule();
    };
  }

  private newestCapture = 0;

  /** Age of the newest painted picture in milliseconds; null before the first one. */
  newestAge(): number | null {
    if (this.newestCapture === 0) return null;
    return Math.max(0, this.clock.toServer(Date.now()) - this.newestCapture);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.sendWishes();
    });
  }

  /** One stream for each camera, in the largest size and rate that anybody in the page wants. */
  wishes(): Wish[] {
    const merged = new Map<string, Wish>();
    for (const { wish } of this.watchers) {
      const key = `${wish.robot}/${wish.camera}`;
      const known = merged.get(key);
      if (!known || known.width < wish.width) merged.set(key, wish);
    }
    return [...merged.values()];
  }

  private sendWishes(): void {
    if (this.watchers.size > 0) this.socket.open();
    this.socket.send(JSON.stringify({ type: "watch", streams: this.wishes() }));
  }

  private receive(data: unknown): void {
    if (typeof data === "string") {
      this.readStreams(data);
    } else if (data instanceof ArrayBuffer) {
      const header = parseHeader(data);
      this.clock.observe(header.sentUs / 1000, Date.now());
      const key = this.streams.get(header.stream);
      if (key) this.accept(key, data);
    }
  }

  private readStreams(text: string): void {
    const message = JSON.parse(text) as {
      type: string;
      streams?: { index: number; robot: string; camera: string }[];
    };
    if (message.type !== "streams" || !message.streams) return;
    this.streams = new Map(message.streams.map((s) => [s.index, `${s.robot}/${s.camera}`]));
  }

  private accept(key: string, data: ArrayBuffer): void {
    if (this.decoding.has(key)) this.newest.set(key, data);
    else void this.decode(key, data);
  }

  private async decode(key: string, data: ArrayBuffer): Promise<void> {
    this.decoding.add(key);
    const header = parseHeader(data);
    const jpeg = new Blob([new Uint8Array(data, HEADER_BYTES)], { type: "image/jpeg" });
    const picture = await createImageBitmap(jpeg).catch(() => null);
    if (picture) {
      this.deliver(key, { picture, header, capturedAt: header.capturedUs / 1000 });
      picture.close();
    }
    this.decoding.delete(key);
    const next = this.newest.get(key);
    this.newest.delete(key);
    if (next) await this.decode(key, next);
  }

  private deliver(key: string, frame: Frame): void {
    this.newestCapture = Math.max(this.newestCapture, frame.capturedAt);
    for (const { wish, handler } of this.watchers) {
      if (`${wish.robot}/${wish.camera}` === key) handler(frame);
    }
  }
}

/** The one video connection of this page. */
export const video = new VideoConnection();
