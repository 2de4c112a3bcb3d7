import { addHotkeys, isTyping, releaseAllKeys, setHotkeys } from "@/lib/keys";

const down = (target: EventTarget, code: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, ...more }));

let pressed = vi.fn<() => void>();
let released = vi.fn<() => void>();
let remove: () => void;

beforeEach(() => {
  document.body.innerHTML = "<input><button></button><dialog></dialog>";
  localStorage.clear();
  pressed = vi.fn();
  released = vi.fn();
  remove = addHotkeys([
    { action: "label.success", label: "outcome.success", press: pressed, release: released },
  ]);
});
afterEach(() => remove());

it("fires once for a held key", () => {
  down(document.body, "KeyS");
  down(document.body, "KeyS", { repeat: true });
  expect(pressed).toHaveBeenCalledTimes(1);
});

it("belongs to the field while somebody types", () => {
  down(document.querySelector("input") as HTMLElement, "KeyS");
  expect(pressed).not.toHaveBeenCalled();
});

it.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { shiftKey: true }])(
  "leaves %o combinations to the browser",
  (modifier) => {
    down(document.body, "KeyS", modifier);
    expect(pressed).not.toHaveBeenCalled();
  },
);

it("can be switched off by each person", () => {
  setHotkeys(false);
  down(document.body, "KeyS");
  expect(pressed).not.toHaveBeenCalled();
  setHotkeys(true);
  down(document.body, "KeyS");
  expect(pressed).toHaveBeenCalledTimes(1);
});

it("is released when the page loses the keyboard", () => {
  down(document.body, "KeyS");
  releaseAllKeys();
  expect(released).toHaveBeenCalledTimes(1);
});

it("is silent behind an open dialogue", () => {
  document.querySelector("dialog")?.setAttribute("open", "");
  down(document.body, "KeyS");
  expect(pressed).not.toHaveBeenCalled();
});

it("knows a slider from a text field", () => {
  const slider = Object.assign(document.createElement("input"), { type: "range" });
  expect(isTyping(slider)).toBe(false);
  expect(isTyping(document.createElement("textarea"))).toBe(true);
});
