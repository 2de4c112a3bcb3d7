/** Filters that live in the address, so that a link reproduces the page. */

import { html, type TemplateResult } from "lit";
import type { Robot, Run, Task } from "../api/types";
import { type Key, localised, t, word } from "../lib/i18n";
import { robotTitle } from "../lib/robots";

export interface Choice {
  value: string;
  label: string;
}

export interface FilterField {
  name: string;
  label: Key;
  choices: Choice[];
  /** What counts while nothing is chosen; without it there is a choice for all. */
  standard?: string;
}

export const taskField = (tasks: readonly Task[]): FilterField => ({
  name: "task",
  label: "episode.task",
  choices: tasks.map((task) => ({ value: task.id, label: localised(task.title) || task.id })),
});

export const robotField = (robots: readonly Robot[]): FilterField => ({
  name: "robot",
  label: "episode.robot",
  choices: robots.map((robot) => ({ value: robot.id, label: robotTitle(robot) })),
});

export const runField = (runs: readonly Run[]): FilterField => ({
  name: "run",
  label: "episode.run",
  choices: runs.map((run) => ({
    value: run.id,
    label: `${t("run.number", { n: run.number })} · ${run.name}`,
  })),
});

export const regimeField: FilterField = {
  name: "regime",
  label: "episode.regime",
  choices: ["critical", "full"].map((value) => ({ value, label: word("regime", value) })),
};

export const outcomeField: FilterField = {
  name: "outcome",
  label: "episode.outcome",
  choices: ["success", "failure", "discard", "unlabelled"].map((value) => ({
    value,
    label: word("outcome", value),
  })),
};

/** What the address asks for, for the fields given. */
export function readFilter(
  names: readonly string[],
  search = location.search,
): Record<string, string> {
  const parameters = new URLSearchParams(search);
  return Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ""]));
}

/** Put the filter into the address without leaving the page. */
export function writeFilter(filter: Record<string, string>): void {
  const parameters = new URLSearchParams(
    Object.entries(filter).filter(([, value]) => value !== ""),
  );
  const text = parameters.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

export function filterBar(
  fields: readonly FilterField[],
  filter: Record<string, string>,
  change: (name: string, value: string) => void,
): TemplateResult {
  return html`<form class="filters" @submit=${(event: Event) => event.preventDefault()} aria-label="${t("filter.title")}">
    ${fields.map(
      (field) => html`<label>${t(field.label)}
        <select name="${field.name}" @change=${(event: Event) => change(field.name, (event.target as HTMLSelectElement).value)}>
          ${field.standard ? "" : html`<option value="">${t("filter.all")}</option>`}
          ${field.choices.map((choice) => html`<option value="${choice.value}" ?selected=${(filter[field.name] || field.standard) === choice.value}>${choice.label}</option>`)}
        </select>
      </label>`,
    )}
  </form>`;
}
