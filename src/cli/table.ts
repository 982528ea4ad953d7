/** All commands: names and summaries here, everything else when one of them is called. */
import type { Row } from "./command.ts";

export const COMMANDS: readonly Row[] = [
  {
    group: "start",
    name: "init",
    summary: "write a .sops.yaml for this folder",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    group: "start",
    name: "explain",
    summary: "say which rule applies to a file, for whom, and what is encrypted",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  { group: "files", name: "encrypt", summary: "encrypt a file", load: async () => (await import("./commands/encrypt.ts")).encrypt },
  { group: "files", name: "decrypt", summary: "decrypt a file", load: async () => (await import("./commands/decrypt.ts")).decrypt },
  { group: "files", name: "edit", summary: "change a file in your editor", load: async () => (await import("./commands/edit.ts")).edit },
  { group: "files", name: "get", summary: "print one value", load: async () => (await import("./commands/get.ts")).get },
  { group: "files", name: "set", summary: "change one value", load: async () => (await import("./commands/set.ts")).set },
  { group: "files", name: "unset", summary: "remove one value", load: async () => (await import("./commands/unset.ts")).unset },
  {
    group: "files",
    name: "diff",
    summary: "show which values differ between two files",
    load: async () => (await import("./commands/diff.ts")).diff,
  },
  {
    group: "files",
    name: "verify",
    summary: "check that files decrypt and were not tampered with",
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    group: "files",
    name: "filestatus",
    summary: "say whether a file is encrypted",
    load: async () => (await import("./commands/filestatus.ts")).filestatus,
  },
  { group: "files", name: "fmt", summary: "lay a file out as sops does", load: async () => (await import("./commands/fmt.ts")).fmt },
  { group: "keys", name: "keys", summary: "identities: generate, list", load: async () => (await import("./commands/keys.ts")).keys },
  {
    group: "keys",
    name: "rotate",
    summary: "renew the data key of a file",
    load: async () => (await import("./commands/rotate.ts")).rotate,
  },
  {
    group: "keys",
    name: "updatekeys",
    summary: "bring the recipients of files in line with .sops.yaml",
    load: async () => (await import("./commands/updatekeys.ts")).updatekeys,
  },
  {
    group: "keys",
    name: "groups",
    summary: "key groups of a file: add, delete",
    load: async () => (await import("./commands/groups.ts")).groups,
  },
  {
    group: "keys",
    name: "keyservice",
    summary: "let other processes use your keys",
    load: async () => (await import("./commands/keyservice.ts")).keyservice,
  },
  {
    group: "git",
    name: "git",
    summary: "readable diffs, merges by key, checks before a commit: install, check",
    load: async () => (await import("./commands/git.ts")).git,
  },
  {
    group: "git",
    name: "reseal",
    summary: "make a file whole that a merge or a machine changed",
    load: async () => (await import("./commands/reseal.ts")).reseal,
  },
  {
    group: "deploy",
    name: "exec-env",
    summary: "run a command with the values of a file in its environment",
    load: async () => (await import("./commands/exec-env.ts")).execEnv,
  },
  {
    group: "deploy",
    name: "exec-file",
    summary: "run a command that reads the decrypted file",
    load: async () => (await import("./commands/exec-file.ts")).execFile,
  },
  {
    group: "deploy",
    name: "publish",
    summary: "bring files to S3, Google Cloud Storage or Vault",
    load: async () => (await import("./commands/publish.ts")).publish,
  },
  { group: "deploy", name: "env", summary: "environments: list", load: async () => (await import("./commands/env.ts")).env },
  {
    group: "shell",
    name: "completion",
    summary: "scripts that complete command lines: bash, zsh, fish, powershell",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
