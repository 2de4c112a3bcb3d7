/** A WebSocket whose other end is the test. */

export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];

  constructor() {
    super();
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  /** As in a browser: nothing more is heard of a dead link for a long time. */
  close(): void {
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  cut(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  say(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

export const newest = () => FakeSocket.all.at(-1) as FakeSocket;
