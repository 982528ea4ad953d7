/** The check of the Next.js example, on files as Next.js 16.4 emits them. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Scratch } from "../cli/commands/scratch.ts";
import { exampleProject, type Ran, runNode } from "./example.ts";
import { PASSWORD } from "./project.ts";

const CHUNK =
  '(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(["object"==typeof document?document.currentScript:void 0,4711,(e,t,r)=>{"use strict";console.log("HERE")}]);';
const PAGE =
  '<!DOCTYPE html><html lang="en"><body><p>HERE</p><script>self.__next_f.push([1,"0:[\\"$\\",\\"p\\",null,{\\"children\\":\\"THERE\\"}]\\n"])</script></body></html>';
const PAYLOAD = '1:"$Sreact.fragment"\n0:{"f":[["children",["$","p",null,{"children":"HERE"}]]],"b":"iy0lPPqz"}\n';

let project: Scratch;
beforeAll(async () => {
  project = await exampleProject("next", []);
});
afterAll(() => project[Symbol.dispose]());
beforeEach(() => {
  for (const name of [".next", "public"]) project.remove(name);
  project.write(".next/static/chunks/3niu4pku8fzik.js", CHUNK.replace("HERE", "UA-acme-12345"));
  project.write(".next/server/app/about.html", PAGE);
  project.write(".next/server/app/about.rsc", PAYLOAD);
  project.write(".next/server/app/page.js", CHUNK);
});

const check = (): Ran => runNode(project, ["check.mjs"]);

it("passes a build without secrets, and says what it has looked at", () => {
  const run = check();
  expect(run.text).toMatch(/^sotto: none of \d+ secrets is in 4 files \(too short to look for: name, /);
  expect(run.exit).toBe(0);
});

it.each([
  ["a chunk for browsers", ".next/static/chunks/3niu4pku8fzik.js", CHUNK.replace("HERE", PASSWORD)],
  ["a page rendered in advance", ".next/server/app/about.html", PAGE.replace("HERE", PASSWORD)],
  ["the payload in a page", ".next/server/app/about.html", PAGE.replace("THERE", PASSWORD)],
  ["the payload beside it", ".next/server/app/about.segments/_full.segment.rsc", PAYLOAD.replace("HERE", PASSWORD)],
  ["code of the server", ".next/server/app/page.js", CHUNK.replace("HERE", Buffer.from(PASSWORD).toString("base64"))],
  ["a public file", "public/robots.txt", `# ${encodeURIComponent(PASSWORD)}`],
])("stops a build with a secret in %s", (_title, name, text) => {
  project.write(name, text);
  const run = check();
  expect(run.text).toBe(
    `sotto: 1 secret is in what browsers get:\n  database.password in ${name}\nhint: use it in code that runs on the server only\nhint: a value that may be public is named so: allow: ["database.password"]\n`,
  );
  expect(run.exit).toBe(1);
});

it("stops where there is no build, or no key", () => {
  project.remove(".next/static");
  expect(check()).toMatchObject({ exit: 1, text: expect.stringContaining(".next/static does not exist") as string });
  project.write(".next/static/a.js", "1");
  const run = runNode({ path: project.path, env: { HOME: project.env["HOME"] ?? "" } }, ["check.mjs"]);
  expect(run.exit).toBe(1);
  expect(run.text).toContain("sotto: ");
  expect(run.text).not.toContain("none of");
});
