import { frameAt, ReplayClock } from "@/lib/replay_clock";

it("plays at the control rate and stops at the end", () => {
  const clock = new ReplayClock(100, 50);
  clock.toggle();
  clock.advance(1);
  expect(clock.step).toBe(50);
  clock.advance(9);
  expect([clock.step, clock.playing]).toEqual([100, false]);
});

it("starts over when played at the end", () => {
  const clock = new ReplayClock(100, 50);
  clock.seek(100);
  clock.toggle();
  expect([clock.step, clock.playing]).toEqual([0, true]);
});

it("stands still while paused", () => {
  expect(new ReplayClock(100, 50).advance(1)).toBe(false);
});

it("steps from picture to picture", () => {
  const clock = new ReplayClock(20, 50);
  clock.nudge(1, [0, 8, 16]);
  expect(clock.step).toBe(8);
  clock.nudge(1, [0, 8, 16]);
  clock.nudge(1, [0, 8, 16]);
  expect(clock.step).toBe(16);
  clock.nudge(-1, [0, 8, 16]);
  expect(clock.step).toBe(8);
});

it("keeps its speed on the scale", () => {
  const clock = new ReplayClock(20, 50);
  for (let press = 0; press < 9; press += 1) clock.changeSpeed(1);
  expect(clock.speed).toBe(4);
  for (let press = 0; press < 9; press += 1) clock.changeSpeed(-1);
  expect(clock.speed).toBe(0.25);
});

it("shows the newest picture at or before a step", () => {
  expect(frameAt([2, 10, 18], 12)).toBe(10);
  expect(frameAt([2, 10, 18], 0)).toBe(2);
  expect(frameAt([], 5)).toBeNull();
});
