/**
 * Takes the pictures of the documentation: the real program in a scratch project, one session a picture.
 *
 *   node test/tools/screenshots.ts [--all] [--only PATTERN] [--out FOLDER] [--zoom N]
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../support/sources.ts";
import { start } from "../tui/pty/driver.ts";
import type { Session } from "../tui/pty/driver.ts";
import { createProject } from "../tui/pty/project.ts";
import type { AcmeProject, ProjectOptions, Reader } from "../tui/pty/project.ts";
import { drawPng } from "./picture.ts";
import type { Theme } from "./picture.ts";
import { SHOTS } from "./shots.ts";

export interface Shot {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly theme?: Theme;
  readonly argv?: readonly string[];
  readonly project?: ProjectOptions;
  readonly as?: Reader;
  /** Only to be looked at, not for the README. */
  readonly extra?: boolean;
  /** What happens to the project before the program starts. */
  readonly prepare?: (project: AcmeProject) => void | Promise<void>;
  /** From the first picture to the one that is taken. */
  readonly steps: (session: Session, project: AcmeProject) => Promise<unknown>;
}

export interface ShotOptions {
  readonly folder: string;
  readonly zoom?: number;
}

/** For programs that look for it: which background the terminal has. */
export function themeVariables(theme: Theme): Readonly<Record<string, string>> {
  return { COLORFGBG: theme === "light" ? "0;15" : "15;0" };
}

/** As on a person's own machine: the key lies where it belongs, and nobody else can read it. */
function ownKey(project: AcmeProject, reader: Reader): Readonly<Record<string, string | undefined>> {
  const { SOPS_AGE_KEY_FILE: key = "", ...env } = project.envOf(reader);
  const folder = join(env["XDG_CONFIG_HOME"] ?? "", "sops", "age");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "keys.txt"), readFileSync(key), { mode: 0o600 });
  return env;
}

/**
 * @returns the path of the picture
 * @throws Error with the screen when a step waits for what does not come
 */
export async function takeShot(shot: Shot, { folder, zoom = 1 }: ShotOptions): Promise<string> {
  const { name, columns = 100, rows = 30, theme = "dark", argv = [] } = shot;
  using project = await createProject({ apps: true, history: 3, ...shot.project });
  await shot.prepare?.(project);
  await using session = await start({
    argv,
    cwd: project.path,
    env: { ...ownKey(project, shot.as ?? "ana"), ...themeVariables(theme) },
    home: project.home,
    columns,
    rows,
    background: theme,
    watch: 0,
  });
  await shot.steps(session, project);
  const screen = await session.settled();
  const path = join(folder, `${name}.png`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, drawPng(screen, { theme, zoom }));
  return path;
}

/** @returns how many could not be taken */
export async function run(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      all: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      out: { type: "string", default: join(ROOT, "examples", "screenshots") },
      zoom: { type: "string", default: "1" },
    },
  });
  let failed = 0;
  for (const shot of SHOTS.filter(({ name, extra }) => (values.all || extra !== true) && new RegExp(values.only).test(name))) {
    try {
      process.stdout.write(`${await takeShot(shot, { folder: values.out, zoom: Number(values.zoom) })}\n`);
    } catch (error) {
      failed += 1;
      process.stderr.write(`${shot.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return failed;
}

if (process.argv[1] === import.meta.filename) process.exitCode = (await run(process.argv.slice(2))) === 0 ? 0 : 1;
