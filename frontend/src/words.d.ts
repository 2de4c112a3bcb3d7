/** The sentences of each page by language; made by `words.ts` at the root. */
declare module "virtual:words" {
  type Load = () => Promise<{ default: Record<string, string> }>;
  const pages: Record<string, Record<"en" | "zh", Load>>;
  export default pages;
}
