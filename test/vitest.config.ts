import { defineConfig } from "vitest/config";
import type { ViteUserConfigFnObject } from "vitest/config";
import { Summary } from "./support/summary.ts";

/** `--mode long` runs what takes minutes (`npm run test:long`). */
const config: ViteUserConfigFnObject = defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts"] : ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**", ...(mode === "long" ? [] : ["test/long/**"])],
    testTimeout: mode === "long" ? 600_000 : 60_000,
    // The first of them may build the program.
    hookTimeout: 120_000,
    passWithNoTests: mode === "long",
    reporters: ["default", new Summary()],
  },
}));
export default config;
