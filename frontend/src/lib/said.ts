/** Sentences that programs say (refusals, reasons of a stop, objections), in the page's language. */

import languages from "virtual:said";
import { language } from "./i18n";

/** English with `{0}`, `{1}` … for what is filled in → the same sentence with them in its places. */
export type Sentences = Readonly<Record<string, string>>;

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Those that say most by themselves first, so that "{0}: {1}" hides none of them. */
function patterns(sentences: Sentences): [RegExp, string][] {
  return Object.entries(sentences)
    .sort(([a], [b]) => b.length - a.length)
    .map(([english, other]) => {
      const body = english
        .split(/\{\d\}/)
        .map(escaped)
        .join("(.+?)");
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

async function sentences(program: "robot" | "server"): Promise<Sentences> {
  return (await languages[language]?.[program]())?.default ?? {};
}

/** What robots say: their stops, their objections, why they have no policy. */
export const ofRobots = async () => translator(await sentences("robot"));

let answers: Promise<(text: string) => string> | null = null;

/** What the console answers, and what a robot told it; loaded when it answers so for the first time. */
export function ofAnswers(): Promise<(text: string) => string> {
  answers ??= Promise.all([sentences("robot"), sentences("server")]).then(([robot, server]) =>
    translator({ ...robot, ...server }),
  );
  return answers;
}
