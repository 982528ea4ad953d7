import {
  type Comment,
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
import { type Command, defineCommand } from "../command.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { IGNORE_MAC, INPUT_TYPE, UNLOCKING } from "./_flags.ts";

export const get: Command = defineCommand({
  name: "get",
  summary: "print one value",
  description:
    "Prints the value at a path: a text as it is, all else in the format of the file. Without a path it lists the paths that there are, and no value.",
  args: [{ name: "file" }, { name: "path", optional: true }],
  flags: [INPUT_TYPE, IGNORE_MAC, ...UNLOCKING],
  examples: [
    "sotto get secrets/prod.yaml database.password",
    `sotto get secrets/prod.yaml '["database"]["password"]'`,
    "sotto get secrets/prod.yaml",
  ],
  async run(context) {
    const { flags, args } = context;
    const id = formatFor(flags["input-type"], args.file);
    const project = await openProject(context, flags);
    return naming(args.file, async () => {
      using open = await project.open(args.file, { format: id, ignoreMac: flags["ignore-mac"] });
      if (open.opened.suspects.length > 0) context.warn(`${args.file}: ${describeSuspects(open)}`);
      if (args.path === undefined) {
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
      context.result({ path: formatPath(path), value: node.kind === "comment" ? node.text : toValue(node) });
      if (context.json) return 0;
      const text = await render(node, id, path);
      if (context.terminal) context.out(context.visible(text.endsWith("\n") ? text : `${text}\n`));
      else context.out(encodeText(text));
      return 0;
    });
  },
});

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
