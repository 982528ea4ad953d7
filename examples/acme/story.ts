/**
 * The main job of sotto, told with the real program on the files beside this one: `npm start`.
 * Everything happens in a scratch folder that is removed at the end; the keys are made for the occasion.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const program = join(here, "..", "..", "dist", "sotto.js");
const scratch = mkdtempSync(join(tmpdir(), "sotto-acme-"));
const project = join(scratch, "acme");
const color = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
const paint = (style: Parameters<typeof styleText>[0], text: string): string => (color ? styleText(style, text) : text);

const say = (text = ""): void => console.log(text);
const tell = (text: string): void => say(`\n${paint("bold", text)}`);

interface RunOptions {
  readonly input?: string;
  /** Whose key file; Ana's unless given. */
  readonly as?: string;
  readonly show?: boolean;
}

/** Runs the program in the project and shows the command line and what it prints. */
function sotto(args: readonly string[], { input, as = "ana", show = true }: RunOptions = {}): string {
  const who = as === "ana" ? "" : `${as}: `;
  say(
    paint(
      "cyan",
      `  ${who}$ ${input === undefined ? "" : "… | "}sotto ${args.map((arg) => (/^[\w./:=^-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ")}`,
    ),
  );
  const result = spawnSync(process.execPath, [program, ...args], {
    cwd: project,
    encoding: "utf8",
    input: input ?? "",
    env: {
      PATH: process.env["PATH"],
      HOME: scratch,
      XDG_CONFIG_HOME: scratch,
      SOPS_AGE_KEY_FILE: join(scratch, `${as}.txt`),
      NO_COLOR: "1",
    },
  });
  const printed = `${result.stdout}${result.stderr}`;
  if (show || result.status !== 0) for (const line of printed.trimEnd().split("\n")) say(`    ${shorten(line)}`);
  if (result.status !== 0) throw new Error(`sotto ${args[0] ?? ""} ended with ${String(result.status)}`);
  return result.stdout;
}

/** Ciphertext and recipients are long; a story shows their ends. */
function shorten(line: string): string {
  return line
    .replaceAll(/data:[^,]{14,},/g, "data:…,")
    .replaceAll(/iv:[^\]]*?,type/g, "iv:…,type")
    .replaceAll(/(age1\w{6})\w{40,}/g, "$1…");
}

const read = (name: string): string => readFileSync(join(project, name), "utf8");

/** The lines of a file that differ from an earlier version. */
function showDiff(name: string, before: string): void {
  const old = before.split("\n");
  const now = read(name).split("\n");
  let shown = 0;
  for (const [index, line] of now.entries()) {
    if (line === old[index]) continue;
    say(paint("red", `    - ${shorten(old[index] ?? "")}`));
    say(paint("green", `    + ${shorten(line)}`));
    shown += 1;
  }
  say(`    (${shown} of ${now.length} lines)`);
}

function story(): void {
  cpSync(join(here, "secrets"), join(project, "secrets"), { recursive: true });
  mkdirSync(join(project, ".git"));

  tell("1. Ana makes a key, and a configuration that says who can read what.");
  const ana = sotto(["keys", "generate", "--output", "../ana.txt"], { show: false }).trim();
  say(`    ${shorten(ana)}`);
  const environments = [
    "dev=secrets/base.yaml,secrets/dev.yaml",
    "staging=secrets/base.yaml,secrets/staging.json",
    "prod=secrets/base.yaml,secrets/prod.yaml,secrets/prod.env",
  ];
  sotto(["init", "--name", "ana", ...environments.flatMap((one) => ["--environment", one])], { show: false });
  sotto(["env", "list"]);

  tell("2. She encrypts three environments in place: YAML, JSON and dotenv. The layout stays.");
  const files = ["base.yaml", "dev.yaml", "staging.json", "prod.yaml", "prod.env"].map((name) => `secrets/${name}`);
  for (const file of files) sotto(["encrypt", "-i", file], { show: false });
  say("    secrets/prod.yaml now begins:");
  for (const line of read("secrets/prod.yaml").split("\n").slice(0, 9)) say(`      ${shorten(line)}`);

  tell("3. She changes one value. Only its own line changes, and the two that seal the file.");
  const before = read("secrets/prod.yaml");
  writeFileSync(join(scratch, "before.yaml"), before);
  sotto(["set", "--string", "--value-stdin", "secrets/prod.yaml", "database.password"], { input: "a better example", show: false });
  showDiff("secrets/prod.yaml", before);

  tell("4. A reviewer sees what changed, by key, and no value.");
  sotto(["diff", "../before.yaml", "secrets/prod.yaml"]);

  tell("5. Ben joins. His key goes into the configuration, and every file is wrapped for him too.");
  const ben = sotto(["keys", "generate", "--output", "../ben.txt"], { as: "ben", show: false }).trim();
  const config = read(".sops.yaml");
  writeFileSync(
    join(project, ".sops.yaml"),
    config
      .replace(`- &ana ${ana}\n`, `- &ana ${ana}\n  - &ben ${ben}\n`)
      .replace("age: *ana\n", "age: [*ana, *ben]\n")
      .replace("  people:\n", "  people:\n    ben:\n      keys:\n        - *ben\n"),
  );
  sotto(["updatekeys", "-y", "secrets"], { show: false });
  sotto(["explain", "secrets/prod.yaml"]);

  tell("6. Ben reads production with his own key.");
  sotto(["get", "secrets/prod.yaml", "database.password"], { as: "ben" });
  sotto(["decrypt", "secrets/prod.env"], { as: "ben" });

  tell("7. And everything is whole.");
  sotto(["verify", "secrets"], { as: "ben" });
  say(`\nsops reads these files too, and sotto reads those of sops. Help: node dist/sotto.js --help`);
}

try {
  story();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
