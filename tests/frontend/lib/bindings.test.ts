import {
  ACTIONS,
  bind,
  bindings,
  keyOf,
  labelOf,
  refusal,
  resetBindings,
  STANDARD,
  signOf,
} from "@/lib/bindings";
import { gamepadTwist, motionOf } from "@/lib/drive";
import { catalogue } from "../../../frontend/words";

const en = catalogue("en");

beforeEach(() => {
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) =>
    Response.json({ keys: JSON.parse(String(init.body)).keys }),
  );
});
afterEach(async () => {
  await resetBindings();
  vi.unstubAllGlobals();
});

it("says what every action does", () => {
  expect(ACTIONS.filter((action) => !(labelOf(action) in en))).toEqual([]);
});

it("has no conflict in the standard", () => {
  expect(ACTIONS.map((action) => refusal(action, STANDARD[action])).filter(Boolean)).toEqual([]);
});

it("refuses a key that is taken where both are live, with a sentence", () => {
  expect(refusal("cell.hand_off", "KeyN")).toContain("“Start episode” already");
  expect(refusal("cell.hand_off", "KeyW")).toContain("“Forward” already");
  expect(refusal("cell.hand_off", "KeyK")).toBe("");
  expect(refusal("queue.skip", "KeyB")).toBe("");
});

it.each(["Escape", "Space", "Tab", "ShiftLeft", "MetaRight"])("keeps %s for everybody", (code) => {
  expect(refusal("label.success", code)).toContain("meaning of its own");
});

it("gives an action another key, for the motions and the gamepad too", async () => {
  await bind("drive.forward", "KeyI");
  await bind("pad.hold", "Button4");
  expect(keyOf("drive.forward")).toBe("KeyI");
  expect(motionOf("KeyI")).toEqual([0, 1]);
  expect(motionOf("KeyW")).toBeUndefined();
  const buttons = Array.from({ length: 8 }, (_, index) => ({
    pressed: index === 4,
    value: Number(index === 4 || index === 7),
    touched: false,
  }));
  expect(gamepadTwist({ axes: [0, 0, 0, 0], buttons })).toEqual([0, 0, 1, 0, 0, 0]);
  await resetBindings();
  expect(bindings()).toEqual(STANDARD);
  expect(gamepadTwist({ axes: [0, 0, 0, 0], buttons })).toBeNull();
});

it("writes a key as people find it", () => {
  expect(["KeyS", "Digit2", "ArrowUp", "Comma", "F9", "Button5", "Axis1-"].map(signOf)).toEqual([
    "S",
    "2",
    "↑",
    ",",
    "F9",
    "button 5",
    "axis 1 −",
  ]);
});
