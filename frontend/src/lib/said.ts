/** Sentences that programs say (refusals, reasons of a stop, objections), in the page's language. */

import { language } from "./i18n";

/** English with `{}` for what is filled in → the same sentence with `{0}`, `{1}` … in its places. */
export type Sentences = Readonly<Record<string, string>>;

const catalogues: Record<string, () => Promise<{ default: Sentences }>> = {
  zh: () => import("../../locales/said.zh.json"),
};
const known: Sentences = (await catalogues[language]?.())?.default ?? {};

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Those that say most by themselves first, so that "{}: {}" hides none of them. */
function patterns(sentences: Sentences): [RegExp, string][] {
  return Object.entries(sentences)
    .sort(([a], [b]) => b.length - a.length)
    .map(([english, other]) => {
      const body = english.split("{}").map(escaped).join("(.+?)");
      return [new RegExp(`^${body}$`, "s"), other];
    });
}

/** A translator for a catalogue; what it does not know stays as it was said. */
export function translator(sentences: Sentences): (text: string) => string {
  let ready: [RegExp, string][] | null = null;
  const translate = (text: string): string => {
    ready ??= patterns(sentences);
    for (const [pattern, other] of ready) {
      const found = pattern.exec(text);
      if (!found) continue;
      // A reason may carry another reason inside.
      const parts = found.slice(1).map(translate);
      return other.replace(/\{(\d)\}/g, (_, index: string) => parts[Number(index)] ?? "");
    }
    return text;
  };
  return translate;
}

export const said = translator(known);
