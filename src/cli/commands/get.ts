import { createHash, timingSafeEqual } from "node:crypto";
import {
  type Comment,
  decodeText,
  encodeText,
  type FormatId,
  formatPath,
  loadFormat,
  naming,
  type Node,
  parsePath,
  type PathPart,
  SottoError,
  toValue,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { isNoReveal, NO_REVEAL } from "../reveal.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { IGNORE_MAC, INPUT_TYPE, UNLOCKING } from "./_flags.ts";

export const get: Command = defineCommand({
  name: "get",
  summary: "print one value",
  description:
    "Prints the value at a path: a text as it is, all else in the format of the file. Without a path it lists the paths that there are, and no value. With --no-reveal it says type, length and fingerprint; equal values of one clone have equal fingerprints.",
  args: [{ name: "file" }, { name: "path", optional: true }],
  flags: [
    NO_REVEAL,
    {
      name: "equals-stdin",
      type: "boolean",
      help: "print nothing but whether standard input is that value: exit 0 if it is, 206 if not; one line end at its end does not count",
    },
    INPUT_TYPE,
    IGNORE_MAC,
    ...UNLOCKING,
  ],
  examples: [
    "sotto get secrets/prod.yaml database.password",
    `sotto get secrets/prod.yaml '["database"]["password"]'`,
    "sotto get secrets/prod.yaml",
    "sotto get --no-reveal secrets/prod.yaml database.password",
    "pass show db | sotto get --equals-stdin secrets/prod.yaml database.password",
  ],
  async run(context) {
    const { flags, args } = context;
    const id = formatFor(flags["input-type"], args.file);
    const project = await openProject(context, flags);
    return naming(args.file, async () => {
      using open = await project.open(args.file, { format: id, ignoreMac: flags["ignore-mac"] });
      if (open.opened.suspects.length > 0) context.warn(`${args.file}: ${describeSuspects(open)}`);
      if (args.path === undefined) {
        if (flags["equals-stdin"]) {
          throw new SottoError("NO_FILE", "the path is missing", { hints: ["sotto get --equals-stdin FILE PATH"] });
        }
        // A path leads into the first document (sops: §7.4).
        const paths = open
          .roots()
          .slice(0, 1)
          .flatMap((root) => listPaths(root, []));
        context.result({ paths });
        if (!context.json) for (const path of paths) context.out(`${context.visible(path)}\n`);
        return 0;
      }
      const path = parsePath(args.path);
      const node = open.get(path);
      if (node === undefined) {
        throw new SottoError("PATH_NOT_FOUND", `there is no ${formatPath(path)}`, {
          hints: [`sotto get ${args.file} lists what is there`],
        });
      }
      if (flags["equals-stdin"]) return compare(context, path, await render(node, id, path));
      if (isNoReveal(context)) {
        const { describeMasked, mask } = await import("./_masked.ts");
        const masked = await mask(context.host, node);
        context.result({ path: formatPath(path), ...masked });
        if (!context.json) context.out(`${describeMasked(masked)}\n`);
        return 0;
      }
      context.result({ path: formatPath(path), value: node.kind === "comment" ? node.text : toValue(node) });
      if (context.json) return 0;
      const text = await render(node, id, path);
      if (context.terminal) context.out(context.visible(text.endsWith("\n") ? text : `${text}\n`));
      else context.out(encodeText(text));
      return 0;
    });
  },
});

/** @returns the exit number */
async function compare(context: Context, path: readonly PathPart[], text: string): Promise<number> {
  const { host } = context;
  const prompt = host.isTerminal("input") ? host.prompt : undefined;
  const given = prompt === undefined ? await host.readInput() : await prompt.askSecret(`value to compare with ${formatPath(path)}:`);
  const same = timingSafeEqual(digest(decodeText(given)), digest(text));
  given.fill(0);
  context.result({ path: formatPath(path), same });
  if (!context.json) context.out(same ? "same\n" : "different\n");
  return same ? 0 : 206;
}

function digest(text: string): Uint8Array {
  return createHash("sha256")
    .update(encodeText(text.replace(/\r?\n$/, "")))
    .digest();
}

/** A section of an INI file keeps its header, since nothing else of it could be printed. */
async function render(node: Node | Comment, id: FormatId, path: readonly PathPart[]): Promise<string> {
  const format = await loadFormat(id);
  if (node.kind === "comment") return node.text;
  if (node.kind !== "branch") return format.emitValue(node);
  if (id !== "ini" || path.length === 0) return format.emit([node]);
  return format.emit([{ kind: "branch", entries: [{ kind: "pair", key: String(path[0]), value: node }] }]);
}

function listPaths(node: Node, path: readonly (string | number)[]): string[] {
  if (node.kind === "branch" && node.entries.length > 0) {
    return node.entries.flatMap((entry) => (entry.kind === "pair" ? listPaths(entry.value, [...path, entry.key]) : []));
  }
  if (node.kind === "sequence" && node.items.length > 0) {
    return node.items.filter((item) => item.kind !== "comment").flatMap((item, index) => listPaths(item, [...path, index]));
  }
  return path.length === 0 ? [] : [formatPath(path)];
}
