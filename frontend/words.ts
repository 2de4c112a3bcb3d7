/**
 * Gives each page the sentences that its own sources can say, and no others.
 *
 * They come from the catalogues in `locales/`, the same PO files that the server reads.
 * `virtual:words` lists, for every page and language, how to load them. A source says a sentence by
 * a key in full ("phase.base"), by a family and a part made at run time (`phase.${name}`,
 * word("phase", name)), or by a family made at run time (word(name, value)): then all of them.
 * `virtual:said` lists, for every language but English, how to load what programs say to people.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { po } from "gettext-parser";
import ts from "typescript";
import type { Plugin } from "vite";

type Catalogue = Record<string, string>;
/** As `backend/web/catalogues.py` tells them apart. */
type Domain = "console" | (typeof PROGRAMS)[number];

const WORDS = "virtual:words";
const SAID = "virtual:said";
const PROGRAMS = ["robot", "server"] as const;
const ROOT = import.meta.dirname;
const SHELL = join(ROOT, "src/shell.ts");

export const LANGUAGES = readdirSync(join(ROOT, "locales")).sort();
/** Those that what programs say in English is translated into. */
const SPOKEN = LANGUAGES.filter((language) => language !== "en");
export const PAGES = readdirSync(join(ROOT, "src/pages")).map((name) => name.replace(/\.ts$/, ""));

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

const fileOf = (language: string, domain: Domain) =>
  join(ROOT, "locales", language, `${domain}.po`);

/** Every sentence of a catalogue by its msgid. */
export function catalogue(language: string, domain: Domain = "console"): Catalogue {
  const { translations } = po.parse(readFileSync(fileOf(language, domain)));
  const sentences = Object.values(translations[""] ?? {}).filter(({ msgid }) => msgid !== "");
  return Object.fromEntries(sentences.map(({ msgid, msgstr }) => [msgid, msgstr[0] ?? ""]));
}

const record = (entries: readonly string[]) => `{${entries.join()}}`;

function list(id: string, names: readonly string[]): string {
  return record(names.map((name) => `"${name}": () => import("${id}:${name}")`));
}

/** For each of `names` a list of modules, the same for all. */
function lists(id: string, names: readonly string[], each: readonly string[]): string {
  return record(names.map((name) => `"${name}": ${list(`${id}:${name}`, each)}`));
}

/** What the modules made here hold, for the type check: every key is a type of its own. */
function types(): string {
  const union = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(" | ");
  const load = "() => Promise<{ default: Record<string, string> }>";
  return `declare module "${WORDS}" {
  export type Key = ${union(Object.keys(catalogue("en")))};
  const pages: Record<string, Record<${union(LANGUAGES)}, ${load}>>;
  export default pages;
}
declare module "${SAID}" {
  const languages: Record<string, Record<${union(PROGRAMS)}, ${load}>>;
  export default languages;
}
`;
}

/** The value of a module made here; null for any other module. */
function made(id: string, pages: readonly string[]): string | null {
  if (id === WORDS) return lists(WORDS, pages, LANGUAGES);
  if (id === SAID) return lists(SAID, SPOKEN, PROGRAMS);
  const [scheme, kind, first = "", second = ""] = id.split(":");
  if (scheme !== "virtual") return null;
  const said = kind === "said";
  return JSON.stringify(
    said ? catalogue(first, second as Domain) : wordsOf(first, catalogue(second)),
  );
}

export function words(pages: readonly string[]): Plugin {
  return {
    name: "words",
    resolveId: (id) => (id.startsWith(WORDS) || id.startsWith(SAID) ? id : null),
    load(id) {
      const value = made(id, pages);
      return value === null ? null : `export default ${value};`;
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: ".vite/words.d.ts", source: types() });
    },
  };
}
