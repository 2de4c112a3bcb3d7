import { KeyEditor, pushedNow } from "@/elements/key_editor";
import { keyOf, resetBindings } from "@/lib/bindings";

let editor: KeyEditor;
let stored: unknown[];

beforeEach(async () => {
  stored = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const { keys } = JSON.parse(String(init.body));
    stored.push(keys);
    return Response.json({ keys });
  });
  editor = new KeyEditor();
  document.body.replaceChildren(editor);
  await editor.updateComplete;
});
afterEach(async () => {
  document.body.replaceChildren();
  await resetBindings();
  vi.unstubAllGlobals();
});

const choose = (name: string) =>
  [...editor.querySelectorAll("button")]
    .find((one) => one.getAttribute("aria-label")?.startsWith(name))
    ?.click();
const press = (code: string, more: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, ...more }),
  );
const told = () => editor.querySelector("[role=status]")?.textContent ?? "";

it("takes the next key for the chosen action and stores it", async () => {
  choose("Hand off to RL");
  press("KeyJ");
  await vi.waitFor(() => expect(told()).toBe("“Hand off to RL” is now J."));
  expect(stored).toEqual([{ "cell.hand_off": "KeyJ" }]);
  expect(keyOf("cell.hand_off")).toBe("KeyJ");
  expect(editor.textContent).toContain("yours; standard H");
});

it("refuses a conflict with a sentence and goes on asking", async () => {
  choose("Hand off to RL");
  press("KeyN");
  await editor.updateComplete;
  expect(told()).toContain("N is “Start episode” already");
  press("KeyJ");
  await vi.waitFor(() => expect(stored).toHaveLength(1));
});

it("keeps the key it has on Escape, and leaves STOP alone", async () => {
  choose("Hand off to RL");
  press("Space", { shiftKey: true });
  press("Escape");
  await editor.updateComplete;
  expect(told()).toBe("Nothing was changed.");
  press("KeyJ");
  expect(stored).toEqual([]);
});

it("goes back to the standard", async () => {
  choose("Skip");
  press("KeyL");
  await vi.waitFor(() => expect(keyOf("queue.skip")).toBe("KeyL"));
  await editor.updateComplete;
  [...editor.querySelectorAll("button")].at(-1)?.click();
  await vi.waitFor(() => expect(keyOf("queue.skip")).toBe("KeyK"));
});

it("knows what of a gamepad is pushed", () => {
  const pad = (buttons: number[], axes: number[]) =>
    ({
      connected: true,
      buttons: buttons.map((value) => ({ value, pressed: value > 0, touched: false })),
      axes,
    }) as unknown as Gamepad;
  expect(pushedNow([null, pad([0, 0.1], [0, 0.2])])).toBe("");
  expect(pushedNow([pad([0, 0, 1], [0])])).toBe("Button2");
  expect(pushedNow([pad([0], [0, -0.9])])).toBe("Axis1-");
});
