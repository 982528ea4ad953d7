/**
 * Records the demonstration: the real program, started from a shell in a scratch project, as an animated GIF.
 *
 *   node test/tools/demo-gif.ts [--out FILE] [--theme dark|light] [--columns N] [--rows N]
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../support/sources.ts";
import { builtProgram } from "../tui/pty/build.ts";
import { start } from "../tui/pty/driver.ts";
import type { Session } from "../tui/pty/driver.ts";
import { createProject } from "../tui/pty/project.ts";
import type { AcmeProject } from "../tui/pty/project.ts";
import { SCENES } from "./demo-scenes.ts";
import { encodeGif } from "./gif.ts";
import type { Frame } from "./gif.ts";
import { drawPixels } from "./picture.ts";
import type { Theme } from "./picture.ts";
import { themeVariables } from "./screenshots.ts";

export interface Scene {
  /** What it is, for whoever reads that it failed. */
  readonly name: string;
  /** Milliseconds that the picture after it stays. */
  readonly delay: number;
  readonly act: (session: Session, project: AcmeProject) => Promise<unknown>;
}

export interface DemoOptions {
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
}

/**
 * @returns one frame a scene
 * @throws Error that names the scene and shows the screen
 */
export async function record(scenes: readonly Scene[], { theme, columns, rows }: DemoOptions): Promise<readonly Frame[]> {
  using project = await createProject({ history: 3 });
  const bin = join(project.home.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "sotto"), `#!/bin/sh\nexec '${process.execPath}' '${await builtProgram()}' "$@"\n`);
  chmodSync(join(bin, "sotto"), 0o755);
  const path = [bin, project.env["PATH"] ?? ""].join(delimiter);
  await using session = await start({
    program: ["/bin/sh", "-i"],
    cwd: project.path,
    env: { ...project.env, ...themeVariables(theme), PATH: path, PS1: "$ ", GIT_PAGER: "cat", HISTFILE: "" },
    home: project.home,
    columns,
    rows,
    background: theme,
    watch: 0,
  });
  await session.waitFor("$ ");
  const frames: Frame[] = [];
  for (const { name, delay, act } of scenes) {
    try {
      await act(session, project);
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    frames.push({ pixels: drawPixels(await session.settled(), { theme }), delay });
  }
  return frames;
}

/** @returns the path of what was written. @throws Error when a scene fails */
export async function run(argv: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      out: { type: "string", default: join(ROOT, "examples", "screenshots", "demo.gif") },
      theme: { type: "string", default: "dark" },
      columns: { type: "string", default: "100" },
      rows: { type: "string", default: "30" },
    },
  });
  const theme = values.theme === "light" ? "light" : "dark";
  const frames = await record(SCENES, { theme, columns: Number(values.columns), rows: Number(values.rows) });
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, encodeGif(frames));
  return values.out;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${await run(process.argv.slice(2))}\n`);
