/** The tasks, fetched once for a page. */

import { get } from "../api/client";
import type { Task } from "../api/types";
import { localised } from "./i18n";

let loading: Promise<Task[]> | null = null;

export function allTasks(): Promise<Task[]> {
  loading ??= get<Task[]>("/tasks");
  return loading;
}

/** Titles by id, in the language of the page. */
export async function taskTitles(): Promise<Map<string, string>> {
  return new Map((await allTasks()).map((task) => [task.id, localised(task.title) || task.id]));
}
