/** What the server wrote into the page: who is signed in, the language, the subject of the page. */

export type Permission = string;

export interface Profile {
  id: string;
  name: string;
  display_name: string;
  role: string;
  permissions: Permission[];
  /** Keys of their own by action; the others are standard. */
  keys?: Record<string, string>;
}

export interface PageData {
  /** The page, as its source under `pages/` is called. */
  name: string;
  user: Profile | null;
  language: "en" | "zh";
  page: Record<string, unknown>;
}

const EMPTY: PageData = { name: "", user: null, language: "en", page: {} };

function read(): PageData {
  const text = document.getElementById("page-data")?.textContent;
  return text ? (JSON.parse(text) as PageData) : EMPTY;
}

export const pageData: PageData = read();

/** May the signed-in person do this? The server decides again; this only greys out buttons. */
export function can(permission: Permission): boolean {
  return pageData.user?.permissions.includes(permission) ?? false;
}

/** A value that the server put into the page, such as the id of the cell. */
export function subject(name: string): string {
  return String(pageData.page[name] ?? "");
}
