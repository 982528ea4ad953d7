import {
  checkGit,
  checkIndex,
  type CheckResult,
  cleanForGit,
  installGit,
  mergeForGit,
  type Part,
  showForGit,
  smudgeForGit,
  SOTTO_VERSION,
  SottoError,
  toAnnotations,
  toSarif,
  uninstallGit,
} from "../../index.ts";
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
    {
      name: "filter",
      type: "boolean",
      help: "keep plaintext in the working tree, and ciphertext in the repository (clean and smudge filters)",
    },
    { name: "program", type: "string", value: "command", help: "how git is to call sotto, if not sotto" },
  ],
  examples: ["sotto git install", "sotto git install --check", "sotto git install --uninstall"],
  async run(context) {
    const { flags, host } = context;
    const parts = flags.check
      ? await checkGit(host)
      : flags.uninstall
        ? await uninstallGit(host, { global: flags.global })
        : await installGit(host, {
            program: flags.program ?? "sotto",
            global: flags.global,
            hook: !flags["no-hook"],
            filter: flags.filter,
          });
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

const FORMATS = ["text", "sarif", "github"] as const;

const check: Command = defineCommand({
  name: "git check",
  summary: "find what must not be committed",
  description:
    "Looks at what is about to be committed, in the index: files and values that should be encrypted and are not, plaintext that looks like a secret, recipients that the creation rule does not have, files that were changed without their data key. Needs no key; with one it also checks the MAC. Exit 206 if it finds something.",
  args: [],
  flags: [
    { name: "all", type: "boolean", help: "look at every file of the index, not only at what changed" },
    { name: "format", type: "string", value: "format", help: "text, sarif or github (annotations)" },
    ...UNLOCKING,
  ],
  examples: ["sotto git check", "sotto git check --all --format sarif > findings.sarif"],
  async run(context) {
    const { flags } = context;
    const format = FORMATS.find((one) => one === (flags.format ?? "text"));
    if (format === undefined) throw new SottoError("USAGE", `--format is one of ${FORMATS.join(", ")}`);
    const project = await openProject(context, flags);
    const result = await checkIndex(project, flags.all ? "all" : "staged");
    context.result(result);
    if (!context.json) {
      if (format === "sarif") context.out(`${JSON.stringify(toSarif(result, SOTTO_VERSION), undefined, 2)}\n`);
      else if (format === "github") context.out(toAnnotations(result));
      else showFindings(context, result);
    }
    return result.findings.length > 0 ? 206 : 0;
  },
});

function showFindings(context: Context, { files, findings }: CheckResult): void {
  for (const { kind, path, position, message, hint } of findings) {
    const place = position === undefined ? path : `${path}:${position.line}:${position.column}`;
    context.out(context.visible(`${place}: ${kind}: ${message}\n`));
    context.out(context.visible(`  hint: ${hint}\n`));
  }
  if (findings.length === 0) context.err(files === 1 ? "1 file looked at, nothing found\n" : `${files} files looked at, nothing found\n`);
  else
    context.err(
      `${findings.length} found in ${files === 1 ? "1 file" : `${files} files`}; git commit --no-verify goes on without this check\n`,
    );
}

const textconv: Command = defineCommand({
  name: "git textconv",
  summary: "git's view of an encrypted file: called by git",
  description:
    "Prints a line for each value, with its type and a fingerprint in its place, so that git diff and git log -p show what changed. Without a key the fingerprints are those of the ciphertexts. Asks nothing and does not fail.",
  args: [{ name: "file" }],
  flags: [...UNLOCKING],
  examples: ["sotto git textconv secrets/prod.yaml"],
  async run(context) {
    const project = await openProject(context, context.flags);
    context.out(await showForGit(project, context.args.file));
    return 0;
  },
});

const clean: Command = defineCommand({
  name: "git clean",
  summary: "git's clean filter: called by git",
  description: "Encrypts standard input onto the version that git has, so that what did not change keeps its ciphertext.",
  args: [{ name: "path" }],
  flags: [...UNLOCKING],
  examples: ["sotto git clean secrets/prod.yaml"],
  async run(context) {
    const project = await openProject(context, context.flags);
    context.out(await cleanForGit(project, context.args.path, await context.host.readInput()));
    return 0;
  },
});

const smudge: Command = defineCommand({
  name: "git smudge",
  summary: "git's smudge filter: called by git",
  description: "Decrypts standard input for the working tree. Without a key it stays encrypted.",
  args: [{ name: "path" }],
  flags: [...UNLOCKING],
  examples: ["sotto git smudge secrets/prod.yaml"],
  async run(context) {
    const project = await openProject(context, context.flags);
    const { bytes, remark } = await smudgeForGit(project, context.args.path, await context.host.readInput());
    if (remark !== undefined) context.warn(context.visible(remark));
    context.out(bytes);
    return 0;
  },
});

const mergeFile: Command = defineCommand({
  name: "git merge-file",
  summary: "git's merge driver: called by git",
  description:
    "Merges the decrypted versions key by key and writes the result over OURS. Values that nobody changed keep their ciphertext; what both sides changed in different ways stands between markers (exit 1). Where a side cannot be opened, git's own merge is the answer.",
  args: [{ name: "base" }, { name: "ours" }, { name: "theirs" }, { name: "size" }, { name: "path" }],
  flags: [...UNLOCKING],
  examples: ["sotto git merge-file base ours theirs 7 secrets/prod.yaml"],
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
  { name: "check", summary: check.spec.summary, load: () => Promise.resolve(check) },
  { name: "textconv", summary: textconv.spec.summary, hidden: true, load: () => Promise.resolve(textconv) },
  { name: "clean", summary: clean.spec.summary, hidden: true, load: () => Promise.resolve(clean) },
  { name: "smudge", summary: smudge.spec.summary, hidden: true, load: () => Promise.resolve(smudge) },
  { name: "merge-file", summary: mergeFile.spec.summary, hidden: true, load: () => Promise.resolve(mergeFile) },
]);
