/**
 * Gives each page the sentences that its own sources can say, and no others.
 *
 * `virtual:words` lists, for every page and language, how to load them. A source says a sentence by
 * a key in full ("phase.base"), by a family and a part made at run time (`phase.${name}`,
 * word("phase", name)), or by a family made at run time (word(name, value)): then all of them.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import type { Plugin } from "vite";

type Catalogue = Record<string, string>;

const LIST = "virtual:words";
const ROOT = import.meta.dirname;
const SHELL = join(ROOT, "src/shell.ts");
const LANGUAGES = ["en", "zh"];

/** The sources that a page is made of, those that it loads later among them. */
function sources(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const { fileName } of ts.preProcessFile(readFileSync(entry, "utf-8")).importedFiles)
    if (/^\.\.?\/(?!.*\.(css|json)$)/.test(fileName))
      sources(`${resolve(dirname(entry), fileName)}.ts`, found);
  return found;
}

/** Whether `text` can say the sentence of a key. */
export function speaker(text: string): (key: string) => boolean {
  const whole = new Set(
    [...text.matchAll(/["'`]([a-z_]+\.[a-z0-9_.]+)["'`]/g)].map(([, key]) => key),
  );
  const begun = [...text.matchAll(/`([a-z_]+\.[a-z0-9_.]*)\$\{/g)].map(([, start]) => start ?? "");
  const families = [...text.matchAll(/\bword\(\s*"([a-z_]+)"/g)].map(([, name]) => `${name}.`);
  const any = /\bword\(\s*[^"\s]/.test(text);
  const starts = [...begun, ...families];
  return (key) => any || whole.has(key) || starts.some((start) => key.startsWith(start));
}

/** The part of a catalogue that a page can say; all of it for a page without a name. */
export function wordsOf(page: string, catalogue: Catalogue): Catalogue {
  if (!page) return catalogue;
  const parts = [...sources(join(ROOT, `src/pages/${page}.ts`), sources(SHELL))];
  // The definition of `word` itself asks for a family by a variable.
  const speaking = parts.filter((name) => !name.endsWith("/lib/i18n.ts"));
  const says = speaker(speaking.map((name) => readFileSync(name, "utf-8")).join("\n"));
  return Object.fromEntries(Object.entries(catalogue).filter(([key]) => says(key)));
}

function catalogue(language: string): Catalogue {
  return JSON.parse(readFileSync(join(ROOT, `locales/${language}.json`), "utf-8"));
}

function list(pages: readonly string[]): string {
  const load = (page: string) =>
    LANGUAGES.map((language) => `${language}: () => import("${LIST}:${page}:${language}")`);
  return `export default {${pages.map((page) => `"${page}": {${load(page).join()}}`).join()}};`;
}

export function words(pages: readonly string[]): Plugin {
  return {
    name: "words",
    resolveId: (id) => (id.startsWith(LIST) ? id : null),
    load(id) {
      if (id === LIST) return list(pages);
      if (!id.startsWith(`${LIST}:`)) return null;
      const [page = "", language = "en"] = id.slice(LIST.length + 1).split(":");
      return `export default ${JSON.stringify(wordsOf(page, catalogue(language)))};`;
    },
  };
}

export const PAGES = readdirSync(join(ROOT, "src/pages")).map((name) => name.replace(/\.ts$/, ""));
