/** Sentences by key, from the same catalogues that the server's templates use. */

import pages, { type Key } from "virtual:words";
import { pageData } from "./page";

export type { Key };
export const language = pageData.language;
const words = (await pages[pageData.name]?.[language]())?.default ?? {};

/** The sentence of `key` with its {placeholders} filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const sentence = words[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The sentence of a key made at run time, such as `phase.` + a phase; the value itself if unknown. */
export function word(family: string, value: string): string {
  return words[`${family}.${value}`] ?? value;
}

/** A text that the server sends by language. */
export function localised(texts: Record<string, string> | string | null | undefined): string {
  if (typeof texts === "string") return texts;
  return texts?.[language] ?? texts?.en ?? "";
}
