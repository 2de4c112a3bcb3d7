/** One door to the JSON interface. Errors are problem documents with a sentence for people. */

import { t } from "../lib/i18n";
import { ofAnswers } from "../lib/said";

export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** What the server says, in the page's language; in English once the files of this build are gone. */
const inWords = (detail: string): Promise<string> =>
  ofAnswers().then(
    (said) => said(detail),
    () => detail,
  );

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null);
  const extra = body !== null && typeof body === "object" ? (body as Record<string, unknown>) : {};
  const detail = extra.detail ?? extra.title;
  const sentence =
    typeof detail === "string" ? await inWords(detail) : t("error.status", { code: answer.status });
  return new Problem(answer.status, sentence, extra);
}

/** Call the API; a lost connection is a Problem too, with status 0. */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, init);
  } catch {
    throw new Problem(0, t("error.offline"));
  }
  if (!answer.ok) throw await problemOf(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export const get = <T>(path: string): Promise<T> => call<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  call<T>("POST", path, body);

/** A query string of the values that are set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** The sentence of anything thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
