/** A scratch project like those of a team: five environments, three who read them, a git history. Its secrets are canaries. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Scratch } from "../../cli/commands/scratch.ts";
import { ANA } from "../../support/sotto.ts";
import { VECTORS, vectorRecipient } from "../../support/vectors.ts";
import { Home } from "./home.ts";
import type { Variables } from "./home.ts";
import { ENVIRONMENTS, PLAIN_NAMES, createValues, printTree } from "./values.ts";
import type { Canary, EnvironmentName, ValueFormat } from "./values.ts";

export interface ProjectOptions {
  /** Keys above the 28 of the story. */
  readonly more?: number;
  /** YAML unless named. */
  readonly formats?: Readonly<Partial<Record<EnvironmentName, ValueFormat>>>;
  /** Missing, empty and clashing values, as in life; true by default. */
  readonly gaps?: boolean;
  /** Files outside of any environment: apps/web/config.json, apps/web/prod.env, and infra/plain.yaml, which nobody encrypted. */
  readonly apps?: boolean;
  /** Commits after the first, each with another value of session_signing_key in dev. */
  readonly history?: number;
  /** Another name for its folder. */
  readonly name?: string;
}

/** Ana reads everything, Ben all but prod and ci, the runner (of the key of `cara`) ci alone. */
export type Reader = "ana" | "ben" | "cara";

const DAY = 86_400;
/** Of the first commit. */
const START = Date.UTC(2026, 0, 2, 12) / 1000;

export class AcmeProject implements Disposable {
  readonly path: string;
  readonly home: Home;
  readonly canaries: readonly Canary[];
  readonly #scratch = new Scratch(ANA);
  readonly #files = new Map<EnvironmentName, string>();
  readonly #name: string;

  constructor({ more = 0, formats = {}, gaps = true, name = "acme-api" }: ProjectOptions) {
    this.#name = name;
    this.path = this.#scratch.place(name);
    this.home = new Home(this.#scratch.env["HOME"] ?? "");
    const { trees, canaries } = createValues({ more, gaps });
    this.canaries = canaries;
    for (const environment of ENVIRONMENTS) {
      const format = formats[environment] ?? "yaml";
      const file = `secrets/${environment}.${format}`;
      this.#files.set(environment, file);
      this.write(file, printTree(trees[environment], format));
    }
    this.write(".sops.yaml", createConfig(this.#files));
  }

  /** For {@link start}: the home of the project, its git, and the identity of one reader. */
  envOf(reader: Reader): Variables {
    return { ...this.home.env, ...authorOf(reader), SOPS_AGE_KEY_FILE: join(VECTORS, "keys", `${reader}.txt`) };
  }

  get env(): Variables {
    return this.envOf("ana");
  }

  /** @returns the path of the file of an environment, from the project's folder */
  file(environment: EnvironmentName): string {
    return this.#files.get(environment) ?? "";
  }

  /** The canary that a path has in an environment. @throws Error when there is none */
  canary(path: string, environment: EnvironmentName): string {
    const found = this.canaries.find((one) => one.path === path && one.environments.includes(environment));
    if (found === undefined) throw new Error(`no canary at ${path} in ${environment}`);
    return found.value;
  }

  write(file: string, text: string): void {
    this.#scratch.write(join(this.#name, file), text);
  }

  remove(file: string): void {
    rmSync(join(this.path, file), { force: true });
  }

  read(file: string): string {
    return this.#scratch.read(join(this.#name, file));
  }

  /** Runs a command of sotto in this process, as Ana unless told otherwise. @throws Error with what it says when it fails */
  async sotto(argv: readonly string[], reader: Reader = "ana"): Promise<string> {
    const { exit, output, errors } = await this.#scratch.sotto(argv, { cwd: this.#name, env: this.envOf(reader) });
    if (exit !== 0) throw new Error(`sotto ${argv.join(" ")} ended with ${exit}: ${errors}`);
    return output;
  }

  /** @param day of the author and the committer, counted from the first commit. @throws Error with what git says */
  git(argv: readonly string[], { as = "ana", day = 0 }: { readonly as?: Reader; readonly day?: number } = {}): string {
    const date = `${START + day * DAY} +0000`;
    const env = { ...this.envOf(as), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const { status, stdout, stderr } = spawnSync("git", [...argv], { cwd: this.path, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${argv.join(" ")}: ${stderr}${stdout}`);
    return stdout;
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}

/** @throws Error when a file cannot be encrypted or committed */
export async function createProject(options: ProjectOptions = {}): Promise<AcmeProject> {
  const project = new AcmeProject(options);
  try {
    for (const name of ENVIRONMENTS) await project.sotto(["encrypt", "-i", project.file(name)]);
    if (options.apps === true) await addApps(project);
    project.git(["init", "-q", "-b", "main"]);
    project.git(["add", "-A"]);
    project.git(["commit", "-q", "-m", "Secrets of five environments"]);
    for (let day = 1; day <= (options.history ?? 0); day += 1) {
      await project.sotto(["set", "--string", project.file("dev"), "session_signing_key", `"example of day ${day}"`]);
      project.git(["commit", "-q", "-a", "-m", `Another signing key for dev, ${day}`], { as: day % 2 === 0 ? "ana" : "ben", day: day * 9 });
    }
  } catch (error) {
    project[Symbol.dispose]();
    throw error;
  }
  return project;
}

async function addApps(project: AcmeProject): Promise<void> {
  project.write(
    "apps/web/config.json",
    `${JSON.stringify({ cookie_key: "an example", analytics: { id: "another example" } }, undefined, 2)}\n`,
  );
  project.write("apps/web/prod.env", "COOKIE_KEY=an example\nANALYTICS_ID=another example\n");
  for (const file of ["apps/web/config.json", "apps/web/prod.env"]) await project.sotto(["encrypt", "-i", file]);
  project.write("infra/plain.yaml", "registry_token: not encrypted\n");
}

function authorOf(reader: Reader): Record<string, string> {
  const mail = `${reader}@example.org`;
  return { GIT_AUTHOR_NAME: reader, GIT_AUTHOR_EMAIL: mail, GIT_COMMITTER_NAME: reader, GIT_COMMITTER_EMAIL: mail };
}

function printRule(path: string, readers: string): string {
  return `  - path_regex: ${path}\n    unencrypted_regex: ${PLAIN_NAMES}\n    age: [${readers}]\n`;
}

function createConfig(files: ReadonlyMap<EnvironmentName, string>): string {
  const environments = ENVIRONMENTS.map((name) => {
    const isolated = name === "prod" || name === "ci" ? ", isolated: true" : "";
    return `    ${name}: {files: [${files.get(name) ?? ""}]${isolated}}\n`;
  });
  return `keys:
  - &ana ${vectorRecipient("ana")}
  - &ben ${vectorRecipient("ben")}
  - &runner ${vectorRecipient("cara")}
creation_rules:
${printRule(String.raw`^secrets/prod\.`, "*ana")}${printRule(String.raw`^secrets/ci\.`, "*ana, *runner")}${printRule("^(secrets|apps|infra)/", "*ana, *ben")}sotto:
  people:
    ana: {keys: [*ana], email: ana@example.org}
    ben: {keys: [*ben], email: ben@example.org}
    runner: {keys: [*runner], machine: true}
  environments:
${environments.join("")}`;
}
