import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { PAGES, words } from "./words.ts";

const source = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  base: "/assets/",
  publicDir: "public",
  // Elements are tested outside of any page, with all sentences.
  plugins: [words(process.env.VITEST ? ["", ...PAGES] : PAGES)],
  resolve: {
    alias: { "@": source, lit: fileURLToPath(new URL("./node_modules/lit", import.meta.url)) },
  },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
  build: {
    outDir: "dist",
    // Names in here carry a hash of what they hold, so browsers may keep them for ever.
    assetsDir: "hashed",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    // A data: address in a style sheet would need a hole in the content security policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: PAGES.map((name) => `src/pages/${name}.ts`) },
  },
  test: {
    dir: fileURLToPath(new URL("../tests/frontend", import.meta.url)),
    environment: "happy-dom",
    globals: true,
  },
});
