import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, LANGUAGES } from "../../frontend/words";

const en = catalogue("en");
const others = LANGUAGES.filter((language) => language !== "en");
const FRONTEND = join(import.meta.dirname, "../../frontend");
/** Keys whose second half comes from data: `word("phase", …)` and the like. */
const FAMILIES = [
  "algorithm",
  "audit",
  "camera_name",
  "define",
  "ending",
  "evaluation_refused",
  "evaluation_state",
  "event_lane",
  "guide",
  "hand_off",
  "key_action",
  "key_group",
  "kind",
  "label",
  "need",
  "outcome",
  "phase",
  "phase_help",
  "reference",
  "regime",
  "report",
  "role",
  "run",
  "run_state",
  "setting",
  "signal",
  "stage",
  "theme",
  "tune",
  "why",
];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf-8" })
    .filter((name) => /\.(ts|html)$/.test(name) && !name.endsWith("schema.ts"))
    .map((name) => readFileSync(join(folder, name), "utf-8"));
}

const text = [...sources(join(FRONTEND, "src")), ...sources(join(FRONTEND, "templates"))].join(
  "\n",
);
const placeholders = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(String).sort();

it.each(others)("says everything in %s", (language) => {
  expect(Object.keys(catalogue(language))).toEqual(Object.keys(en));
});

it.each(LANGUAGES)("has no empty sentence in %s", (language) => {
  const sentences = Object.entries(catalogue(language));
  expect(sentences.filter(([, sentence]) => sentence.trim() === "")).toEqual([]);
});

it.each(others)("fills the same places in %s", (language) => {
  const of = (words: Record<string, string>) =>
    Object.fromEntries(Object.entries(words).map(([key, text]) => [key, placeholders(text)]));
  expect(of(catalogue(language))).toEqual(of(en));
});

it("knows every key that templates ask for", () => {
  const asked = [...text.matchAll(/\bt\(\s*["']([a-z_0-9.]+)["']/g)].map((match) => match[1] ?? "");
  const full = asked.filter((key) => !key.endsWith("."));
  expect(full.length).toBeGreaterThan(200);
  expect(full.filter((key) => !(key in en))).toEqual([]);
});

it("keeps no sentence that nobody says", () => {
  const said = (key: string) =>
    text.includes(`"${key}"`) ||
    text.includes(`'${key}'`) ||
    FAMILIES.includes(key.split(".")[0] ?? "");
  expect(Object.keys(en).filter((key) => !said(key))).toEqual([]);
});
