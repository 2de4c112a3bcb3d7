/** What is used of a package that ships no types. */
declare module "gettext-parser" {
  type Sentence = { msgid: string; msgstr: string[] };
  export const po: {
    parse(file: Uint8Array): { translations: Record<string, Record<string, Sentence>> };
  };
}
