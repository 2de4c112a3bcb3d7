import { SpaceMouse } from "@/lib/spacemouse";

const bytes = (...values: number[]) => new DataView(new Int16Array(values).buffer);
const buttons = (bits: number) => new DataView(new Uint8Array([bits, 0]).buffer);

it("moves the robot the way the hand pushes the cap", () => {
  const mouse = new SpaceMouse();
  expect(mouse.twist()).toBeNull();
  mouse.report(1, bytes(0, -350, 0)); // away from the person
  expect(mouse.twist()).toEqual([1, 0, 0, 0, 0, 0]);
  mouse.report(1, bytes(-350, 0, -350)); // to the left, and up
  expect(mouse.twist()).toEqual([0, 1, 1, 0, 0, 0]);
  mouse.report(1, bytes(0, 0, 0));
  mouse.report(2, bytes(-350, 0, -350));
  expect(mouse.twist()).toEqual([0, 0, 0, 0, 1, 1]);
});

it("takes a resting hand for none, and a hard push for full", () => {
  const mouse = new SpaceMouse();
  mouse.report(1, bytes(20, -30, 10));
  expect(mouse.twist()).toBeNull();
  mouse.report(1, bytes(0, -5000, 0, 0, 0, 0));
  expect(mouse.twist()?.[0]).toBe(1);
});

it("keeps hands on by a button, without moving", () => {
  const mouse = new SpaceMouse();
  mouse.report(3, buttons(1));
  expect(mouse.pressed).toBe(true);
  expect(mouse.twist()).toEqual([0, 0, 0, 0, 0, 0]);
});

it("does not go on by itself after the page let go", () => {
  const mouse = new SpaceMouse();
  mouse.report(1, bytes(0, -350, 0));
  mouse.release();
  expect(mouse.twist()).toBeNull();
  mouse.report(1, bytes(0, -300, 0));
  expect(mouse.twist()).toBeNull();
  mouse.report(1, bytes(0, 0, 0));
  mouse.report(1, bytes(0, -350, 0));
  expect(mouse.twist()?.[0]).toBe(1);
});
