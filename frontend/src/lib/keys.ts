/** Hotkeys: one table for each page, shown by `?`, never in inputs, and with an off switch. */

import { type Action, keyOf, signFor } from "./bindings";
import type { Key } from "./i18n";

export interface Hotkey {
  /** What it does, which says its key; or `?`, which is where the keyboard has it. */
  action: Action | "?";
  label: Key;
  /** Wants Shift beside its key. */
  shift?: boolean;
  press: (event: KeyboardEvent) => void;
  release?: () => void;
  /** Not worth a line of its own in the help. */
  unlisted?: boolean;
  /** Refuse for now, for instance while the same letters drive the robot. */
  when?: () => boolean;
}

const OFF = "rlt.hotkeys.off";
const table: Hotkey[] = [];
const down = new Map<string, Hotkey>();

/** Add hotkeys; the answer takes them away again. */
export function addHotkeys(keys: Hotkey[]): () => void {
  table.push(...keys);
  return () => {
    for (const key of keys) table.splice(table.indexOf(key), 1);
  };
}

export const hotkeys = (): readonly Hotkey[] => table;
export const hotkeysOn = (): boolean => localStorage.getItem(OFF) === null;

/** Switch single-letter keys on or off for this person on this browser. STOP keys always work. */
export function setHotkeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

/** The letter or symbol that people find on the key. */
export function keyName({ action, shift }: Hotkey): string {
  return `${shift ? "⇧" : ""}${action === "?" ? "?" : signFor(action)}`;
}

/** Typing belongs to the field it happens in. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  const typed = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select";
  return target.matches(typed);
}

function fits({ action, shift = false }: Hotkey, event: KeyboardEvent): boolean {
  if (action === "?") return event.key === "?";
  return keyOf(action) === event.code && shift === event.shiftKey;
}

function matching(event: KeyboardEvent): Hotkey | undefined {
  return table.find((key) => fits(key, event) && (key.when?.() ?? true));
}

/** A focused button keeps its own Space and Enter. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const focused = event.target instanceof Element && event.target.closest("button, a, summary");
  return (
    focused !== null && focused !== false && (event.code === "Space" || event.code === "Enter")
  );
}

export function handleKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey)
    return;
  if (isTyping(event.target) || belongsToFocus(event) || !hotkeysOn()) return;
  if (document.querySelector("dialog[open]")) return;
  const key = matching(event);
  if (!key) return;
  event.preventDefault();
  down.set(event.code, key);
  key.press(event);
}

export function handleKeyUp(event: KeyboardEvent): void {
  const key = down.get(event.code);
  down.delete(event.code);
  key?.release?.();
}

/** Forget every held key: the page can no longer see it come up. */
export function releaseAllKeys(): void {
  const held = [...down.values()];
  down.clear();
  for (const key of held) key.release?.();
}

addEventListener("keydown", handleKeyDown);
addEventListener("keyup", handleKeyUp);
addEventListener("blur", releaseAllKeys);
