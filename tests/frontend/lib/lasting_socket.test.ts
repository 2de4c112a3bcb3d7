import { ANSWER_MS, LastingSocket, retryDelay } from "@/lib/lasting_socket";
import { FakeSocket, newest } from "./fake_socket";

const LONGER_THAN_A_RETRY_MS = 250;

function dialled(talks = true) {
  const heard: unknown[] = [];
  const events = {
    opened: () => heard.push("opened"),
    received: (data: unknown) => heard.push(data),
    lost: () => heard.push("lost"),
  };
  const socket = new LastingSocket("/api/v1/live", events, talks);
  socket.open();
  return { socket, heard };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("dials again after a cut, and tells of both", () => {
  const { heard } = dialled();
  newest().open();
  newest().cut();
  vi.advanceTimersByTime(LONGER_THAN_A_RETRY_MS);
  newest().open();
  newest().say("hello");
  expect(FakeSocket.all).toHaveLength(2);
  expect(heard).toEqual(["opened", "lost", "opened", "hello"]);
});

it("gives up on a link that never answers", () => {
  const { heard } = dialled();
  vi.advanceTimersByTime(ANSWER_MS + LONGER_THAN_A_RETRY_MS);
  expect(FakeSocket.all).toHaveLength(2);
  expect(heard).toEqual([]);
});

it("takes silence for a loss where the other side talks, and hears nothing of the old link", () => {
  const { heard } = dialled();
  const old = newest();
  old.open();
  vi.advanceTimersByTime(ANSWER_MS - 1);
  old.say("still here");
  vi.advanceTimersByTime(ANSWER_MS - 1);
  expect(FakeSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(1 + LONGER_THAN_A_RETRY_MS);
  expect(FakeSocket.all).toHaveLength(2);
  old.say("too late");
  old.cut();
  vi.advanceTimersByTime(LONGER_THAN_A_RETRY_MS);
  expect(FakeSocket.all).toHaveLength(2);
  expect(heard).toEqual(["opened", "still here", "lost"]);
});

it("leaves a link alone that may be silent, until it is told", () => {
  const { socket, heard } = dialled(false);
  newest().open();
  vi.advanceTimersByTime(10 * ANSWER_MS);
  expect(FakeSocket.all).toHaveLength(1);
  socket.redial();
  vi.advanceTimersByTime(LONGER_THAN_A_RETRY_MS);
  expect(FakeSocket.all).toHaveLength(2);
  expect(heard).toEqual(["opened", "lost"]);
});

it("sends nothing late", () => {
  const { socket } = dialled();
  socket.send("too early");
  newest().open();
  socket.send("now");
  expect(newest().sent).toEqual(["now"]);
});

it("waits longer each time, spread, and never too long", () => {
  expect(retryDelay(0, 0)).toBe(125);
  expect(retryDelay(0, 1)).toBe(250);
  expect(retryDelay(3, 1)).toBe(2000);
  expect(retryDelay(30, 1)).toBe(5000);
});
