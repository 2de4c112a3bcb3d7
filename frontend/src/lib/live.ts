/** The live socket: what changed, pushed; what a driving person's hands do, sent. */

import type {
  AuditRow,
  Checkpoint,
  Episode,
  Evaluation,
  Label,
  MetricPoint,
  Robot,
  Run,
} from "../api/types";
import { LastingSocket } from "./lasting_socket";

export interface LiveMessages {
  hello: { server_time: string; boot: string };
  robot: { robot: Robot };
  episode: { episode: Episode };
  label: { label?: Label; episode_id?: string };
  metrics: { run: string; points: Record<string, MetricPoint[]> };
  event: { event: AuditRow };
  run: { run: Run };
  checkpoint: { checkpoint: Checkpoint };
  evaluation: { evaluation: Evaluation };
  connection: { connected: boolean };
  heard: { sent: number };
}

export type Twist = [number, number, number, number, number, number];

const PRESENCE_MS = 1000;
type Handler<K extends keyof LiveMessages> = (message: LiveMessages[K]) => void;

export class LiveConnection {
  connected = false;
  /** Milliseconds of the last message there and back; null before the first, and while cut off. */
  roundTrip: number | null = null;
  private readonly socket = new LastingSocket(
    "/api/v1/live",
    {
      opened: () => {
        this.sendSubscription();
        this.setConnected(true);
      },
      received: (data) => this.receive(String(data)),
      lost: () => this.setConnected(false),
    },
    true,
  );
  private robots = new Set<string>();
  private runs = new Set<string>();
  private handlers = new Map<string, Set<(message: never) => void>>();

  /** Hear every message of one kind; the answer stops it. */
  on<K extends keyof LiveMessages>(kind: K, handler: Handler<K>): () => void {
    const known = this.handlers.get(kind) ?? new Set();
    known.add(handler as (message: never) => void);
    this.handlers.set(kind, known);
    this.open();
    return () => known.delete(handler as (message: never) => void);
  }

  /** Ask for messages about these robots ("*" for all) and runs, beside those asked for before. */
  subscribe(robots: string[], runs: string[] = []): void {
    for (const id of robots) this.robots.add(id);
    for (const id of runs) this.runs.add(id);
    this.open();
    this.sendSubscription();
  }

  /** One sample of a driving person's hands. Silence means release, so nothing is queued. */
  drive(robot: string, sequence: number, twist: Twist): void {
    this.send({ type: "drive", robot, sequence, twist });
  }

  private open(): void {
    this.socket.open();
    this.startPresence();
  }

  private presence: ReturnType<typeof setInterval> | null = null;

  private startPresence(): void {
    const say = () => this.send({ type: "presence", sent: performance.now() });
    this.presence ??= setInterval(say, PRESENCE_MS);
  }

  private setConnected(connected: boolean): void {
    this.connected = connected;
    if (!connected) this.roundTrip = null;
    this.emit("connection", { connected });
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as { type: keyof LiveMessages; sent?: number };
    if (message.type === "heard") this.roundTrip = performance.now() - (message.sent ?? 0);
    this.emit(message.type, message as never);
  }

  private emit<K extends keyof LiveMessages>(kind: K, message: LiveMessages[K]): void {
    for (const handler of this.handlers.get(kind) ?? []) handler(message as never);
  }

  private sendSubscription(): void {
    this.send({ type: "subscribe", robots: [...this.robots], runs: [...this.runs] });
  }

  private send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** The one live connection of this page. */
export const live = new LiveConnection();
