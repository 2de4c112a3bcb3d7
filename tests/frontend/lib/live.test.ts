import { LiveConnection } from "@/lib/live";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: { type: string; robots?: string[]; runs?: string[] }[] = [];

  constructor() {
    super();
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  lose(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  receive(message: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

const newest = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("asks again for everything after a lost connection", () => {
  const live = new LiveConnection();
  live.subscribe(["a"]);
  live.subscribe(["b"], ["run"]);
  newest().open();
  newest().lose();
  vi.advanceTimersByTime(1000);
  expect(FakeSocket.all).toHaveLength(2);
  newest().open();
  expect(newest().sent[0]).toEqual({ type: "subscribe", robots: ["a", "b"], runs: ["run"] });
});

it("tells whoever listens, and whether it is connected", () => {
  const live = new LiveConnection();
  const connected: boolean[] = [];
  const labels: unknown[] = [];
  live.on("connection", (message) => connected.push(message.connected));
  const stop = live.on("label", (message) => labels.push(message));
  newest().open();
  newest().receive({ type: "label", sequence: 1 });
  stop();
  newest().receive({ type: "label", sequence: 2 });
  newest().lose();
  expect(connected).toEqual([true, false]);
  expect(labels).toHaveLength(1);
});

it("drops drive samples while there is no connection, for they would come too late", () => {
  const live = new LiveConnection();
  live.subscribe(["a"]);
  live.drive("a", 1, [1, 0, 0, 0, 0, 0]);
  newest().open();
  expect(newest().sent.filter((message) => message.type === "drive")).toEqual([]);
});
