/** Which key or gamepad button does what: the standard, a person's own, and what is refused. */

import table from "../../keys.json";
import { call } from "../api/client";
import { type Key, t } from "./i18n";
import { pageData } from "./page";

export type Action = keyof typeof table.actions;
export type Bindings = Readonly<Record<Action, string>>;

export const ACTIONS = Object.keys(table.actions) as Action[];
export const STANDARD: Bindings = table.actions;

const TOGETHER = table.together.map((pair) => [...pair].sort().join());
const SIGNS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Minus: "−",
  Equal: "+",
  Comma: ",",
  Period: ".",
  BracketLeft: "[",
  BracketRight: "]",
  Semicolon: ";",
  Quote: "'",
  Slash: "/",
  Backslash: "\\",
  Backquote: "`",
};

let own: Partial<Record<Action, string>> = pageData.user?.keys ?? {};

/** The key of an action for the person signed in. */
export const keyOf = (action: Action): string => own[action] ?? STANDARD[action];

/** All of them. */
export const bindings = (): Bindings => ({ ...STANDARD, ...own });

/** Whether anything differs from the standard. */
export const customised = (): boolean => Object.keys(own).length > 0;

export const groupOf = (action: Action): string => action.split(".")[0] ?? "";

/** The sentence key that says what an action does. */
export const labelOf = (action: Action): Key => `key_action.${action}` as Key;

/** What people find on the key or button. */
export function signOf(code: string): string {
  if (code === "Space") return t("key.space");
  const button = /^Button(\d+)$/.exec(code);
  if (button) return t("key.button", { n: button[1] ?? "" });
  const axis = /^Axis(\d+)([+-])$/.exec(code);
  if (axis) return t("key.axis", { n: axis[1] ?? "", sign: axis[2] === "-" ? "−" : "+" });
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "");
}

export const signFor = (action: Action): string => signOf(keyOf(action));

/** Actions that can be meant at the same moment must not share a key. */
function live(one: Action, other: Action): boolean {
  const groups = [groupOf(one), groupOf(other)].sort();
  return groups[0] === groups[1] || TOGETHER.includes(groups.join());
}

const isModifier = (code: string) => /^(Shift|Control|Alt|Meta)/.test(code);

/** Why an action cannot have this key, as a sentence; empty when it can. */
export function refusal(action: Action, code: string, known = bindings()): string {
  if (code === STANDARD[action] && known[action] === code) return "";
  const reserved = table.reserved.includes(code) && code !== STANDARD[action];
  if (reserved || isModifier(code)) return t("keys.reserved", { key: signOf(code) });
  const other = ACTIONS.find((one) => one !== action && known[one] === code && live(one, action));
  return other ? t("keys.taken", { key: signOf(code), action: t(labelOf(other)) }) : "";
}

async function store(keys: Partial<Record<Action, string>>): Promise<void> {
  const me = await call<{ keys: Partial<Record<Action, string>> }>("PATCH", "/me", { keys });
  own = me.keys;
}

/** Give an action another key, for this person, on every machine. */
export const bind = (action: Action, code: string): Promise<void> =>
  store({ ...own, [action]: code });

/** Back to the standard. */
export const resetBindings = (): Promise<void> => store({});
