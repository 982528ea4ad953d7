import { join, resolve } from "node:path";
import {
  decodeText,
  findRenderFormat,
  type Host,
  openEnvironment,
  RENDER_FORMATS,
  type Rendered,
  renderEnvironment,
  type RenderOptions,
  type RenderRow,
  type Selection,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { NO_REVEAL, refuseReveal } from "../reveal.ts";
import { openProject, writeResult } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

/** What it writes is plaintext: for its owner alone. */
const PRIVATE_MODE = 0o600;

const FLAGS = [
  { name: "environment", short: "e", type: "string", value: "name", help: "the environment to render" },
  { name: "file", short: "f", type: "list", value: "file", help: "render this file instead; later ones go over earlier ones" },
  { name: "format", type: "string", value: "format", help: RENDER_FORMATS.map(({ id, title }) => `${id} (${title})`).join(", ") },
  { name: "template", type: "string", value: "file", help: "fill this file in: {{ database.password }}, {{ password | json }}" },
  { name: "only", type: "list", value: "name|path", help: "only this value, or what is below this path; may be repeated" },
  { name: "prefix", type: "string", value: "text", help: "put this in front of every name" },
  { name: "output", type: "string", value: "file", help: "write to this file instead of standard output" },
  { name: "mode", type: "string", value: "octal", help: "permissions of a new output file (0600)" },
  { name: "allow-env", type: "list", value: "name", help: "let this variable decide what programs start although it is not encrypted" },
  { name: "name", type: "string", value: "name", help: "kubernetes: what the Secret is called" },
  { name: "namespace", type: "string", value: "name", help: "kubernetes: where it belongs" },
  { name: "type", type: "string", value: "type", help: "kubernetes: Opaque, tls, dockerconfigjson, basic-auth or ssh-auth" },
  { name: "label", type: "list", value: "key=value", help: "kubernetes: a label of it; may be repeated" },
  { name: "to", type: "string", value: "env|output", help: "github: for the steps that follow (env), or as outputs of this one" },
  { name: "out", type: "string", value: "folder", help: "systemd: write a file for each value and print the LoadCredential= lines" },
  NO_REVEAL,
  ...UNLOCKING,
] as const;

export const render: Command = defineCommand({
  name: "render",
  summary: "print an environment as some program reads it",
  description:
    "Decrypts an environment and writes it in a form for a shell, a program, Kubernetes, Terraform, systemd or CI, or into a template. What a form cannot hold is an error that names every such key; then nothing is written. A nested key becomes a name: database.password is DATABASE_PASSWORD; null is no value.\nIn a template {{ PATH }} stands for a value, {{{{ for {{, and filters follow a |: json, base64, shell, url.",
  args: [],
  flags: FLAGS,
  examples: [
    "sotto render -e prod --format dotenv --output .env",
    'values=$(sotto render -e prod --format env) && set -a && eval "$values"',
    "sotto render -e prod --format kubernetes --name app --namespace shop | kubectl apply -f -",
    "sotto render -e prod --format kubernetes --type tls --name web --only ingress",
    "sotto render -e prod --format github --only database",
    "sotto render -e prod --format systemd --out /etc/credstore/app",
    "sotto render -f secrets/prod.yaml --template nginx.conf.tpl --output nginx.conf",
  ],
  async run(context) {
    const { flags } = context;
    refuseReveal(context, "render shows values", ["sotto run -e ENV -- COMMAND gives them to a command"]);
    const selection = selectionOf(flags);
    const row = formatOf(flags);
    const mode = flags.mode === undefined ? PRIVATE_MODE : parseMode(flags.mode);
    const options = await optionsOf(context, flags, row);
    const target = row.id === "github" ? runnerFile(context, flags) : undefined;
    const project = await openProject(context, flags);
    const environment = await openEnvironment(project, selection);
    const { name, setting, files } = environment;
    if (setting?.guessed === true) {
      context.warn(`${name} was guessed from file names: ${files.join(", ")}; name it under sotto.environments in .sops.yaml to be sure`);
    }
    const rendered = await renderEnvironment(environment, row.id, options);
    for (const note of rendered.notes ?? []) context.warn(note);
    const written = target === undefined ? await write(context, rendered, flags, mode) : await append(context, rendered, target);
    context.result({ environment: name ?? null, files, format: row.id, ...written });
    return 0;
  },
});

interface Flags {
  readonly environment: string | undefined;
  readonly file: readonly string[];
  readonly format: string | undefined;
  readonly template: string | undefined;
  readonly only: readonly string[];
  readonly prefix: string | undefined;
  readonly output: string | undefined;
  readonly "allow-env": readonly string[];
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly type: string | undefined;
  readonly label: readonly string[];
  readonly to: string | undefined;
  readonly out: string | undefined;
}

/** @throws SottoError `BAD_FLAGS` */
function selectionOf({ environment, file }: Flags): Selection {
  if (environment !== undefined && file.length > 0) throw badFlags("-e and -f exclude each other", "name an environment or files");
  if (environment !== undefined) return { environment };
  if (file.length > 0) return { files: file };
  throw badFlags("which environment?", "name it: -e NAME (sotto env list shows them), or files: -f FILE");
}

/** @throws SottoError `BAD_FLAGS`, `FORMAT_UNKNOWN` */
function formatOf({ format, template }: Flags): RenderRow {
  if (template !== undefined && format !== undefined && format !== "template") {
    throw badFlags("--template and --format exclude each other", "leave out one of them");
  }
  if (format === "template" && template === undefined) throw badFlags("which template?", "name it: --template FILE");
  const name = template === undefined ? format : "template";
  if (name === undefined) throw badFlags("which format?", `name it: --format ${RENDER_FORMATS.map(({ id }) => id).join(", ")}`);
  return findRenderFormat(name);
}

/** @throws SottoError `BAD_FLAGS` for a flag that means nothing for the format, and for what its value lacks */
async function optionsOf({ host, globals, json }: Context, flags: Flags, row: RenderRow): Promise<RenderOptions> {
  const own = [
    ["prefix", "prefix", flags.prefix],
    ["allowed", "allow-env", flags["allow-env"][0]],
    ["secret", "name", flags.name],
    ["secret", "namespace", flags.namespace],
    ["secret", "type", flags.type],
    ["secret", "label", flags.label[0]],
    ["to", "to", flags.to],
    ["directory", "out", flags.out],
  ] as const;
  const useless = own.filter(([option, , value]) => value !== undefined && !row.takes.includes(option)).map(([, flag]) => `--${flag}`);
  if (flags.output !== undefined && (row.id === "github" || flags.out !== undefined)) useless.push("--output");
  if (useless.length > 0)
    throw badFlags(`${useless.join(", ")}: ${row.id} has no use for it`, "sotto render --help says which flags are for which");
  const { to, name, namespace, type, label } = flags;
  if (to !== undefined && to !== "env" && to !== "output")
    throw badFlags(`--to ${to} is neither env nor output`, "write --to env or --to output");
  if (row.id === "kubernetes" && name === undefined) throw badFlags("a Secret needs a name", "give it one: --name app-secrets");
  if (row.id === "github" && json) throw badFlags("the runner would not see the masks", "leave out --json");
  const asked = row.id === "terraform-external" && !host.isTerminal("input");
  return {
    platform: host.platform,
    prefix: flags.prefix,
    only: flags.only,
    allowed: flags["allow-env"],
    indent: globals.indent,
    secret: name === undefined ? undefined : { name, namespace, type, labels: label },
    to,
    directory: flags.out === undefined ? undefined : resolve(host.cwd, flags.out),
    template: flags.template === undefined ? undefined : decodeText(await host.readFile(flags.template)),
    query: asked ? decodeText(await host.readInput()) : undefined,
  };
}

/** @throws SottoError `FILE_UNWRITABLE` */
async function write(context: Context, rendered: Rendered, flags: Flags, mode: number): Promise<object> {
  const { host } = context;
  const { out, output } = flags;
  if (out !== undefined) {
    await host.makeFolder(out, 0o700);
    for (const { name, bytes } of rendered.files ?? []) {
      const path = join(out, name);
      await host.writeFile(path, bytes, { mode });
      await warnOfReaders(context, path, mode);
    }
  }
  const written = await writeResult(rendered.bytes, { context, flags: { output }, file: undefined, mode });
  if (output !== undefined) await warnOfReaders(context, output, mode);
  return written;
}

/** A file that was there keeps its permissions. */
async function warnOfReaders({ host, warn }: Context, path: string, mode: number): Promise<void> {
  const info = await host.stat(path);
  if (info?.kind !== "file" || (info.mode & 0o077 & ~mode) === 0) return;
  warn(`${path} was there before, and others than its owner may use it: ${info.mode.toString(8).padStart(4, "0")}`);
}

/** @throws SottoError `BAD_FLAGS` outside a step of GitHub Actions */
function runnerFile({ host }: Context, { to = "env" }: Flags): string {
  const variable = to === "output" ? "GITHUB_OUTPUT" : "GITHUB_ENV";
  const path = host.env[variable] ?? "";
  if (path === "") throw badFlags(`${variable} is not set`, "this format is for a step of GitHub Actions, whose runner sets it");
  return path;
}

/** The masks come first: nothing of the values may be in a log before the runner knows what to hide. */
async function append(context: Context, rendered: Rendered, target: string): Promise<object> {
  context.out(context.terminal ? context.visible(decodeText(rendered.bytes)) : rendered.bytes);
  using locked = await context.host.lockFiles([target]);
  const [file] = locked.files;
  const before = await readOrEmpty(context.host, target);
  const gap = before.length > 0 && before.at(-1) !== 0x0a ? "\n" : "";
  await file?.write(Buffer.concat([before, Buffer.from(gap), rendered.append ?? new Uint8Array()]), { mode: PRIVATE_MODE });
  return { output: target };
}

async function readOrEmpty(host: Host, path: string): Promise<Uint8Array> {
  return (await host.stat(path)) === undefined ? new Uint8Array() : host.readFile(path);
}

/** @throws SottoError `BAD_FLAGS` */
function parseMode(text: string): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8);
  throw badFlags("--mode wants permissions", "such as --mode 0640");
}

function badFlags(message: string, hint: string): SottoError {
  return new SottoError("BAD_FLAGS", message, { hints: [hint] });
}
