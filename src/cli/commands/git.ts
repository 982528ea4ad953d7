import { checkGit, installGit, mergeForGit, type Part, SottoError, uninstallGit } from "../../index.ts";
import { type Command, type Context, defineCommand, defineGroup, type Group } from "../command.ts";
import { openProject } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

const install: Command = defineCommand({
  name: "git install",
  summary: "connect this repository: readable diffs, merges by key, a hook against plaintext",
  description:
    "Writes .gitattributes for the encrypted files, git's diff and merge drivers, and a pre-commit hook (of git itself, husky, lefthook or pre-commit, whichever is in use). Doing it again changes nothing. Everyone with a clone runs it once: git takes no drivers from a repository. A forge's merge button does not use them.",
  args: [],
  flags: [
    { name: "check", type: "boolean", help: "change nothing; exit 206 if something is missing" },
    { name: "uninstall", type: "boolean", help: "take all of it away again" },
    { name: "global", type: "boolean", help: "set the drivers for all your repositories" },
    { name: "no-hook", type: "boolean", help: "leave hooks alone" },
    { name: "program", type: "string", value: "command", help: "how git is to call sotto, if not sotto" },
  ],
  examples: ["sotto git install", "sotto git install --check", "sotto git install --uninstall"],
  async run(context) {
    const { flags, host } = context;
    const parts = flags.check
      ? await checkGit(host)
      : flags.uninstall
        ? await uninstallGit(host, { global: flags.global })
        : await installGit(host, { program: flags.program ?? "sotto", global: flags.global, hook: !flags["no-hook"] });
    const wanted = flags["no-hook"] ? parts.filter((part) => part.name !== "hook") : parts;
    context.result({ parts: wanted });
    if (!context.json) show(context, wanted);
    return flags.check && wanted.some((part) => part.state === "missing") ? 206 : 0;
  },
});

function show(context: Context, parts: readonly Part[]): void {
  if (parts.length === 0) context.err("nothing of it is there\n");
  for (const { name, place, state } of parts) context.out(context.visible(`${state.padEnd(8)} ${name.padEnd(12)} ${place}\n`));
  if (parts.some((part) => part.name === "attributes" && part.state === "missing")) {
    context.err("no encrypted file is there yet, or a new folder has some: sotto git install adds them\n");
  }
}

const mergeFile: Command = defineCommand({
  name: "git merge-file",
  summary: "git's merge driver: called by git",
  args: [{ name: "base" }, { name: "ours" }, { name: "theirs" }, { name: "size" }, { name: "path" }],
  flags: [...UNLOCKING],
  async run(context) {
    const { base, ours, theirs, size, path } = context.args;
    if (!/^\d+$/.test(size)) throw new SottoError("USAGE", "the length of the markers is a number");
    const project = await openProject(context, context.flags);
    const { exit, remarks } = await mergeForGit(project, { base, ours, theirs, size: Number(size), path });
    for (const remark of remarks) context.warn(context.visible(remark));
    return exit;
  },
});

export const git: Group = defineGroup("git", "work with git", [
  { name: "install", summary: install.spec.summary, load: () => Promise.resolve(install) },
  { name: "merge-file", summary: mergeFile.spec.summary, hidden: true, load: () => Promise.resolve(mergeFile) },
]);
