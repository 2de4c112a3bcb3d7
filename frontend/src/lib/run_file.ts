/** A run's settings as a file: saved from one run, read into the form of the next. */

import type { Run } from "../api/types";
import { t } from "./i18n";

export interface RunFile {
  name?: string;
  task_id?: string;
  regime?: string;
  algorithm?: string;
  seed?: number;
  config: Record<string, unknown>;
}

/** What a file says of a run; throws a sentence when it is none. */
export function runFile(text: string): RunFile {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error(t("new_run.no_json"));
  }
  if (found === null || typeof found !== "object" || Array.isArray(found))
    throw new Error(t("new_run.no_json"));
  const { config = {}, ...about } = found as RunFile;
  return { ...about, config };
}

/** The file of a run: all that makes another one like it. */
export function fileOf({ name, task_id, regime, algorithm, seed, config }: Run): string {
  return `${JSON.stringify({ name, task_id, regime, algorithm, seed, config }, null, 2)}\n`;
}

function put(form: HTMLFormElement, name: string, value: unknown): boolean {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement && field.type === "checkbox")
    field.checked = value === true;
  else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
    field.value = String(value);
  else return false;
  return true;
}

/** Fill the form of a new run; the answer names the settings that its algorithm does not have. */
export function fill(form: HTMLFormElement, plan: RunFile): string[] {
  const about = { name: plan.name, task: plan.task_id, regime: plan.regime, seed: plan.seed };
  for (const [name, value] of Object.entries(about))
    if (value !== undefined) put(form, `run-${name}`, value);
  return Object.entries(plan.config)
    .filter(([name, value]) => !put(form, name, value))
    .map(([name]) => name);
}

/** Offer the file of a run for download. */
export function saveAs(run: Run): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([fileOf(run)], { type: "application/json" }));
  link.download = `run-${run.number}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
