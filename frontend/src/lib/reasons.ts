/** Why an attempt failed, in the page's language, whoever said it in which. */

import type { Task } from "../api/types";
import { language, word } from "./i18n";

/** The reasons that a task offers to people, in the page's language. */
export const reasonsOf = (task: Task | null): string[] => task?.failure_reasons[language] ?? [];

/** A program's reason is how the attempt ended; a person's is one of a task's, in their language. */
export function reasonWords(reason: string, tasks: readonly (Task | null)[]): string {
  for (const task of tasks)
    for (const offered of Object.values(task?.failure_reasons ?? {})) {
      const same = reasonsOf(task)[offered.indexOf(reason)];
      if (same) return same;
    }
  return word("ending", reason);
}
