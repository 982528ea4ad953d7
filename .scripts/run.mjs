/** What `npm start`, `npm test` and the other npm scripts call: makes the clone ready, then runs the task with its own Node. */
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fail, makeReady, outerEnvironment, root, say } from "./ready.mjs";

const [task = "", ...rest] = process.argv.slice(2);
const node = makeReady();
const outer = outerEnvironment();
const env = { ...outer, PATH: [dirname(node), join(root, "node_modules", ".bin"), outer.PATH].join(delimiter) };

const tool = (name) => join(root, "node_modules", ...name.split("/"));
const oxlint = tool("oxlint/bin/oxlint");
const oxfmt = tool("oxfmt/bin/oxfmt");
const tsc = tool("typescript/bin/tsc");
const vitest = [tool("vitest/vitest.mjs"), "run", "--config", "test/vitest.config.ts"];
const build = join(".scripts", "build.mjs");

/** @type {readonly (readonly [string, readonly string[]])[]} */
const checks = [
  ["lint", [oxlint, "--type-aware", "--deny-warnings"]],
  ["format", [oxfmt, "--check"]],
  ["types", [tsc, "-p", "."]],
  ["build", [build]],
];

const tasks = {
  start: () => stopUnless(run([build]), () => run([join("examples", "acme", "story.ts"), ...rest])),
  example: () => stopUnless(run([build]), () => run([join("examples", "acme", "run.ts"), ...rest])),
  build: () => run([build, "--force"]),
  test,
  "test:long": () => stopUnless(run([build]), () => run([...vitest, "--mode", "long", ...rest])),
  mutation,
  bench: () => stopUnless(run([build]), bench),
  screenshots: () => stopUnless(run([build]), pictures),
  lint: () => run([oxlint, "--type-aware", "--deny-warnings", ...rest]),
  format: () => run([oxfmt, ...rest]),
};

/** Every check runs, also after one failed: one run shows all there is to mend. */
function test() {
  const failed = [];
  for (const [name, argv] of checks) {
    const start = Date.now();
    const status = run(argv);
    say(`${name}: ${status === 0 ? "ok" : "FAILED"} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    if (status !== 0) failed.push(name);
  }
  env.SOTTO_FAILED_CHECKS = failed.join(",");
  const status = run([...vitest, ...rest]);
  return failed.length > 0 ? 1 : status;
}

/** Whole processes against sops, then the screen; with arguments the first alone. */
function bench() {
  const status = run([join("test", "bench", "bench.ts"), ...rest]);
  return rest.length > 0 ? status : Math.max(status, run([join("test", "bench", "rows-tui.ts"), "--write"]));
}

/** The pictures of the README: screens, then the tour. */
function pictures() {
  return stopUnless(run([join("test", "tools", "screenshots.ts"), ...rest]), () =>
    rest.length > 0 ? 0 : run([join("test", "tools", "demo-gif.ts")]),
  );
}

/** The areas that are named, or all; each is measured, also after one was below its threshold. */
function mutation() {
  let worst = 0;
  for (const area of rest.length > 0 ? rest : ["crypto", "writer", "policy"]) {
    env.SOTTO_MUTATE = area;
    worst = Math.max(worst, run([tool("@stryker-mutator/core/bin/stryker.js"), "run", join("test", "long", "stryker.config.mjs")]));
  }
  return worst;
}

function run(argv) {
  const { status, signal, error } = spawnSync(node, argv, { cwd: root, env, stdio: "inherit" });
  if (error) fail(error.message);
  return signal ? 1 : (status ?? 1);
}

function stopUnless(status, next) {
  return status === 0 ? next() : status;
}

const chosen = Object.hasOwn(tasks, task) ? tasks[task] : () => fail(`no such task: ${task}`);
process.exitCode = chosen();
