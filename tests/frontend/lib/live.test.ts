import { LiveConnection } from "@/lib/live";
import { FakeSocket, newest } from "./fake_socket";

const sent = () =>
  newest().sent.map(
    (text) => JSON.parse(text) as { type: string; robots?: string[]; runs?: string[] },
  );

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
  newest().cut();
  vi.advanceTimersByTime(1000);
  expect(FakeSocket.all).toHaveLength(2);
  newest().open();
  expect(sent()[0]).toEqual({ type: "subscribe", robots: ["a", "b"], runs: ["run"] });
});

it("tells whoever listens, and whether it is connected", () => {
  const live = new LiveConnection();
  const connected: boolean[] = [];
  const labels: unknown[] = [];
  live.on("connection", (message) => connected.push(message.connected));
  const stop = live.on("label", (message) => labels.push(message));
  newest().open();
  newest().say(JSON.stringify({ type: "label", sequence: 1 }));
  stop();
  newest().say(JSON.stringify({ type: "label", sequence: 2 }));
  newest().cut();
  expect(connected).toEqual([true, false]);
  expect(labels).toHaveLength(1);
});

it("drops drive samples while there is no connection, for they would come too late", () => {
  const live = new LiveConnection();
  live.subscribe(["a"]);
  live.drive("a", 1, [1, 0, 0, 0, 0, 0]);
  newest().open();
  expect(sent().filter((message) => message.type === "drive")).toEqual([]);
});
