import { StopChord } from "@/lib/stop_keys";

it("stops on Escape twice within a breath", () => {
  const chord = new StopChord();
  expect(chord.press("Escape", false, 0)).toBe(false);
  expect(chord.press("Escape", false, 400)).toBe(true);
});

it("does not stop on two slow Escapes", () => {
  const chord = new StopChord();
  chord.press("Escape", false, 0);
  expect(chord.press("Escape", false, 700)).toBe(false);
});

it("does not count another key between", () => {
  const chord = new StopChord();
  chord.press("Escape", false, 0);
  chord.press("KeyA", false, 100);
  expect(chord.press("Escape", false, 200)).toBe(false);
});

it("stops on Shift+Space and not on Space", () => {
  const chord = new StopChord();
  expect(chord.press("Space", false, 0)).toBe(false);
  expect(chord.press("Space", true, 0)).toBe(true);
});
