/** One of `examples/` in a project of its own, as somebody has it who has installed the packages. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "../cli/commands/scratch.ts";
import { ROOT } from "../support/sources.ts";
import { acme } from "./project.ts";

/** @param packages what is linked beside sotto */
export async function exampleProject(name: string, packages: readonly string[]): Promise<Scratch> {
  const project = await acme({ "secrets/base.yaml": "name: acme\nanalytics: {id: UA-acme-12345}\npublic_site: https://acme.example\n" });
  cpSync(join(ROOT, "examples", name), project.path, { recursive: true });
  mkdirSync(project.place("node_modules"));
  for (const one of ["sotto", ...packages]) {
    symlinkSync(one === "sotto" ? ROOT : join(ROOT, "node_modules", one), project.place(join("node_modules", one)));
  }
  return project;
}

export interface Ran {
  readonly exit: number | null;
  /** Standard output and standard error. */
  readonly text: string;
}

/** Runs a script of Node in the project, with Ana's identity. */
export function runNode(project: Pick<Scratch, "path" | "env">, argv: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: project.path,
    env: { PATH: process.env["PATH"], NO_COLOR: "1", ...project.env },
    encoding: "utf8",
  });
  return { exit: status, text: stdout + stderr };
}

export interface Server extends Disposable {
  readonly address: string;
}

/** Starts a server that prints its address. @throws Error with what it printed instead */
export function startNode(project: Scratch, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, argv, { cwd: project.path, env: { ...project.env, PORT: "0", ...env } });
  let printed = "";
  return new Promise((found, failed) => {
    const look = (chunk: unknown): void => {
      printed += String(chunk);
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (address !== undefined) found({ address, [Symbol.dispose]: () => child.kill("SIGKILL") });
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.on("exit", () => failed(new Error(printed)));
  });
}
