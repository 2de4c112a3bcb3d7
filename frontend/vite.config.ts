import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./src", import.meta.url));
const pages = readdirSync(`${source}/pages`).map((name) => `src/pages/${name}`);

export default defineConfig({
  base: "/assets/",
  publicDir: "public",
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
    rollupOptions: { input: pages },
  },
  test: {
    dir: fileURLToPath(new URL("../tests/frontend", import.meta.url)),
    environment: "happy-dom",
    globals: true,
  },
});
