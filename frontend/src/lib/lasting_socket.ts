/** A socket that comes back: it dials again when the link is cut, and when nobody answers. */

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;
/** Without a word for so long the link is taken for dead; browsers themselves wait for minutes. */
export const ANSWER_MS = 4000;

export function socketAddress(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** How long to wait before attempt number `attempt` (from 0): doubling, spread, bounded. */
export function retryDelay(attempt: number, random: number): number {
  const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return full * (0.5 + random / 2);
}

export interface SocketEvents {
  opened: () => void;
  received: (data: unknown) => void;
  /** A link that had been open is gone. */
  lost: () => void;
}

export class LastingSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  /** A link was lost and the next one is not dialled yet. */
  private waiting = false;
  private wasOpen = false;
  private patience: ReturnType<typeof setTimeout> | null = null;

  /** @param talks the server says something at least every second, so that silence is a loss */
  constructor(
    private readonly path: string,
    private readonly events: SocketEvents,
    private readonly talks: boolean,
  ) {}

  /** Dial, unless that has been done. */
  open(): void {
    if (this.socket) return;
    const socket = new WebSocket(socketAddress(this.path));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.expectWord(true);
    socket.addEventListener("open", () => {
      if (this.socket !== socket) return;
      this.attempt = 0;
      this.wasOpen = true;
      this.expectWord(this.talks);
      this.events.opened();
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket) return;
      this.expectWord(this.talks);
      this.events.received(data);
    });
    socket.addEventListener("close", () => this.lose(socket));
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Send now or never. */
  send(text: string): void {
    if (this.isOpen) this.socket?.send(text);
  }

  /** Give this link up and dial a new one; nothing happens where none was dialled. */
  redial(): void {
    const socket = this.socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    // The browser says "close" only after a handshake that a dead link never answers.
    socket.close();
    this.lose(socket);
  }

  private expectWord(expected: boolean): void {
    if (this.patience) clearTimeout(this.patience);
    // The timers of a hidden page are too slow to tell whether anything is late.
    const late = () => (document.hidden ? this.expectWord(true) : this.redial());
    this.patience = expected ? setTimeout(late, ANSWER_MS) : null;
  }

  private lose(socket: WebSocket): void {
    if (this.socket !== socket || this.waiting) return;
    this.expectWord(false);
    this.waiting = true;
    if (this.wasOpen) this.events.lost();
    this.wasOpen = false;
    const delay = retryDelay(this.attempt, Math.random());
    this.attempt += 1;
    setTimeout(() => {
      this.waiting = false;
      this.socket = null;
      this.open();
    }, delay);
  }
}
