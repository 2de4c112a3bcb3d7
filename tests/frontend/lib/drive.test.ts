import { DriveController, gamepadTwist } from "@/lib/drive";
import type { Twist } from "@/lib/live";

function seat(age = 20, pad: Twist | null = null) {
  const sent: { sequence: number; twist: Twist }[] = [];
  const hands = { age, pad };
  const drive = new DriveController(
    (sequence, twist) => sent.push({ sequence, twist }),
    () => hands.pad,
    () => hands.age,
  );
  drive.speed = 1;
  return { drive, sent, hands };
}

it("sends nothing while nothing is held", () => {
  const { drive, sent } = seat();
  drive.tick(true);
  drive.tick(true);
  expect(sent).toEqual([]);
});

it("moves while a key is held, then sends one zero and falls silent", () => {
  const { drive, sent } = seat();
  drive.press("KeyW");
  drive.tick(true);
  drive.tick(true);
  drive.release("KeyW");
  for (let beat = 0; beat < 5; beat += 1) drive.tick(true);
  expect(sent.map(({ twist }) => twist[0])).toEqual([1, 1, 0]);
  expect(sent.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

it("scales by the speed and lets opposite keys cancel", () => {
  const { drive, sent } = seat();
  drive.speed = 0.3;
  drive.press("KeyA");
  drive.press("KeyQ");
  drive.press("KeyE");
  drive.tick(true);
  expect(sent[0]?.twist).toEqual([0, 0.3, 0, 0, 0, 0]);
});

it("lets go of everything at once", () => {
  const { drive, sent } = seat();
  drive.press("KeyW");
  drive.hold(true);
  drive.tick(true);
  drive.releaseAll();
  expect(sent.map(({ twist }) => twist[0])).toEqual([1, 0]);
  expect(drive.tick(true).active).toBe(false);
  expect(sent).toHaveLength(2);
});

it("does not follow a gamepad that is still held after everything was let go", () => {
  const { drive, sent, hands } = seat(20, [1, 0, 0, 0, 0, 0]);
  drive.tick(true);
  drive.releaseAll();
  expect(drive.tick(true).active).toBe(false);
  expect(sent.map(({ twist }) => twist[0])).toEqual([1, 0]);
  hands.pad = null;
  drive.tick(true);
  hands.pad = [1, 0, 0, 0, 0, 0];
  expect(drive.tick(true).active).toBe(true);
});

it("does not drive by a picture older than a second", () => {
  const { drive, sent, hands } = seat(1500);
  drive.press("KeyW");
  expect(drive.tick(true)).toMatchObject({ active: false, blind: true });
  expect(sent).toEqual([]);
  hands.age = 40;
  expect(drive.tick(true).active).toBe(true);
});

it("does not drive a robot that is not this person's to drive", () => {
  const { drive, sent } = seat();
  drive.press("KeyW");
  drive.tick(false);
  expect(sent).toEqual([]);
});

it("keeps the hand on the robot while the take-over key is held without moving", () => {
  const { drive, sent } = seat();
  drive.hold(true);
  expect(drive.tick(true).active).toBe(true);
  expect(sent).toHaveLength(1);
});

it("never exceeds one, whatever gamepad and keys add up to", () => {
  const { drive, sent } = seat(20, [0.9, 0, 0, 0, 0, 0]);
  drive.press("KeyW");
  drive.tick(true);
  expect(sent[0]?.twist[0]).toBe(1);
});

describe("gamepad", () => {
  const buttons = (held: boolean) =>
    Array.from({ length: 8 }, (_, index) => ({
      pressed: index === 5 && held,
      value: 0,
      touched: false,
    }));

  it("says nothing while its hold button is up", () => {
    expect(gamepadTwist({ axes: [1, 1, 1, 1], buttons: buttons(false) })).toBeNull();
  });

  it("ignores the slack of its sticks and pushes forward for forward", () => {
    const twist = gamepadTwist({ axes: [0.05, -1, 0, 0], buttons: buttons(true) });
    expect(twist).toEqual([1, 0, 0, 0, 0, 0]);
  });
});
