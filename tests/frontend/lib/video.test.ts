import { ClockOffset, HEADER_BYTES, parseHeader, VideoConnection } from "@/lib/video";

function header(): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES);
  const view = new DataView(buffer);
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint16(2, 3, true);
  view.setUint32(4, 70_000, true);
  view.setBigInt64(8, 1_790_000_000_000_000n, true);
  view.setBigInt64(16, 1_790_000_000_012_000n, true);
  view.setInt32(24, -1, true);
  view.setUint16(28, 640, true);
  view.setUint16(30, 480, true);
  return buffer;
}

it("reads the little-endian header of a frame", () => {
  expect(parseHeader(header())).toEqual({
    version: 1,
    codec: 1,
    stream: 3,
    sequence: 70_000,
    capturedUs: 1_790_000_000_000_000,
    sentUs: 1_790_000_000_012_000,
    step: -1,
    width: 640,
    height: 480,
  });
});

describe("the server's clock", () => {
  it("trusts the fastest frame", () => {
    const clock = new ClockOffset();
    clock.observe(1000, 1060);
    clock.observe(2000, 2020);
    clock.observe(3000, 3090);
    expect(clock.toServer(4000)).toBe(3980);
  });

  it("forgets an estimate that has grown old", () => {
    const clock = new ClockOffset(1000);
    clock.observe(1000, 1010);
    clock.observe(5000, 5100);
    expect(clock.toServer(6000)).toBe(5900);
  });
});

it("asks for one stream of each camera, in the largest size wanted", () => {
  vi.stubGlobal("WebSocket", class extends EventTarget {});
  const video = new VideoConnection();
  const wish = { robot: "a", camera: "wrist", width: 320, height: 240, fps: 10 };
  const ignore = () => undefined;
  video.watch(wish, ignore);
  const stop = video.watch({ ...wish, width: 640, height: 480, fps: 25 }, ignore);
  video.watch({ ...wish, camera: "base" }, ignore);
  expect(video.wishes().map(({ camera, width }) => [camera, width])).toEqual([
    ["wrist", 640],
    ["base", 320],
  ]);
  stop();
  expect(video.wishes()[0]?.width).toBe(320);
  vi.unstubAllGlobals();
});
