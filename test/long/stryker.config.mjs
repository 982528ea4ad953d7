/**
 * Mutation testing of what must not be wrong (`npm run mutation -- AREA…`): one thing at a time is changed in the sources of an
 * area, and its tests have to notice. MUTATION.md holds the figures and says why what survives does.
 */
import process from "node:process";

const host = "write overwrite beside sweep lock locked-files own-folders record target owner";

/** @type {Readonly<Record<string, { mutate: string[], tests: string[] }>>} */
const AREAS = {
  crypto: {
    // The primitives are calls of other libraries; test/core holds the two of them against each other.
    mutate: ["src/crypto/**/*.ts", "!src/crypto/primitives*.ts"],
    tests: ["test/crypto/**/*.test.ts", "test/reference/**/*.test.ts"],
  },
  writer: {
    mutate: host.split(" ").map((name) => `src/host/${name}.ts`),
    tests: [
      ..."write overwrite lock record owner faults lock-faults special-files".split(" ").map((name) => `test/host/${name}.test.ts`),
      "test/workspace/transaction.test.ts",
    ],
  },
  policy: {
    // Patterns are held against the engine of Go by property tests that would take seconds for each mutant.
    mutate: ["src/policy/**/*.ts", "!src/policy/{re2,simple-pattern}.ts", "src/workspace/guard-*.ts"],
    tests: ["test/policy/!(*-sops|re2).test.ts", "test/workspace/guard.test.ts"],
  },
};

const name = process.env.SOTTO_MUTATE ?? "crypto";
const area = AREAS[name];
if (area === undefined) throw new Error(`no such area: ${name}; there are ${Object.keys(AREAS).join(", ")}`);
process.env.SOTTO_MUTATE_TESTS = area.tests.join(",");

export default {
  testRunner: "vitest",
  vitest: { configFile: "test/long/mutation.vitest.config.ts", related: false },
  mutate: area.mutate,
  coverageAnalysis: "perTest",
  // What runs once at start cannot be switched on for one test.
  ignoreStatic: true,
  concurrency: Number(process.env.SOTTO_MUTATE_JOBS ?? "2"),
  timeoutMS: 4000,
  timeoutFactor: 3,
  // Stryker would rewrite it through an API that TypeScript 7 does not have; nothing here needs it.
  tsconfigFile: "none",
  disableTypeChecks: false,
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.scratch/mutation-${name}.json` },
  tempDirName: `.scratch/mutation-${name}`,
  ignorePatterns: [".scratch", "dist"],
  thresholds: { high: 95, low: 85, break: 85 },
};
