import { chmodSync } from "node:fs";
import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

// Tests start programs as another user, who has to get into the folder that Stryker made for itself.
chmodSync(process.cwd(), 0o755);

/** The tests of one area, as `stryker.config.mjs` names them. One worker keeps its modules: most of a mutant's time was loading them. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: (process.env["SOTTO_MUTATE_TESTS"] ?? "").split(","),
    setupFiles: ["test/long/mutation-setup.ts"],
    isolate: false,
    testTimeout: 60_000,
  },
});
export default config;
