/** Key contexts on the real file system, with a home of their own, and the vectors' metadata as JSON. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { age } from "../../keys/age.ts";
import type { KeyContext, KeyGroup } from "../../src/model/keys.ts";
import { VECTORS, keysOf } from "./context.ts";

export interface Sandbox {
  readonly folder: string;
  readonly home: string;
  /** The environment of the programs; nothing of the user's own but PATH. */
  env(extra?: Readonly<Record<string, string>>): Record<string, string>;
  context(extra?: Readonly<Record<string, string>>): KeyContext;
  [Symbol.dispose](): void;
}

/** A folder for one test; it is removed when the test is over. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "sotto-keys-"));
  const home = join(folder, "home");
  const env = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    SOPS_DISABLE_VERSION_CHECK: "true",
    ...extra,
  });
  return {
    folder,
    home,
    env,
    context: (extra) => ({
      env: env(extra),
      platform: process.platform,
      home,
      async readFile(path) {
        try {
          return Uint8Array.from(readFileSync(path));
        } catch (error) {
          if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
          throw error;
        }
      },
      async run(argv, added) {
        const [program = "", ...rest] = argv;
        return Uint8Array.from(execFileSync(program, rest, { env: { ...env(extra), ...added }, stdio: ["ignore", "pipe", "ignore"] }));
      },
    }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface StoredKey {
  readonly recipient: string;
  readonly enc: string;
}

export interface EncryptedJson {
  readonly sops: {
    readonly age?: readonly StoredKey[];
    readonly key_groups?: readonly { readonly age: readonly StoredKey[] }[];
    readonly shamir_threshold?: number;
  };
}

/** An encrypted JSON file of the vectors. */
export function readVector(name: string): EncryptedJson {
  return JSON.parse(readFileSync(join(VECTORS, name), "utf8")) as EncryptedJson;
}

export function groupsOf(file: EncryptedJson): KeyGroup[] {
  const lists = file.sops.key_groups?.map((group) => group.age) ?? [file.sops.age ?? []];
  return lists.map((keys) =>
    keys.map(({ recipient, enc }) => ({ provider: "age", label: recipient, wrapped: enc, stored: { recipient, enc } })),
  );
}

/** The text of an encrypted JSON file with one key, with its data key wrapped anew; nothing of that is part of the MAC. */
export function withGroups(text: string, groups: readonly KeyGroup[], threshold: number): string {
  const lists = groups.map((group) => group.map((key) => ({ recipient: key.label, enc: key.wrapped ?? "" })));
  const split = { key_groups: lists.map((keys) => ({ age: keys })), shamir_threshold: threshold };
  const fields = JSON.stringify(lists.length === 1 ? { age: lists[0] } : split).slice(1, -1);
  const changed = text.replace(/"age": \[[\s\S]*?\n\t\t\]/, () => fields);
  if (changed === text) throw new Error("there is no key to replace");
  return changed;
}

/** Key groups that are not wrapped yet. */
export function parseGroups(...groups: readonly string[]): KeyGroup[] {
  return groups.map((text) => keysOf(age, text));
}
