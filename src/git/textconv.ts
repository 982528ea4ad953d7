/** A file as git shows it in a diff: a line for each value, with its type and fingerprint instead of itself. Never fails, never asks. */
import { basename } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import type { EncryptedFile } from "../file/encrypted-file.ts";
import { formatPath } from "../file/path.ts";
import { leafText, pathOf, walk, type WalkedLeaf } from "../file/walk.ts";
import { SottoError } from "../model/error.ts";
import { encodeText } from "../model/text.ts";
import type { Project } from "../workspace/project.ts";
import { readIfEncrypted } from "../workspace/read.ts";
import { createFingerprint, type Fingerprint } from "./fingerprint.ts";

/** @returns the bytes themselves of a file that is not encrypted, or that cannot be read */
export async function showForGit(project: Project, path: string): Promise<Uint8Array> {
  const bytes = await project.host.readFile(path);
  const encrypted = await readIfEncrypted(bytes, formatOfPath(basename(path)));
  if (encrypted === undefined) return bytes;
  const lines = [...(await listValues(project, encrypted)), ...listAccess(encrypted)];
  return encodeText(`${lines.join("\n")}\n`);
}

async function listValues(project: Project, file: EncryptedFile): Promise<readonly string[]> {
  const fingerprint = await createFingerprint(project.host);
  const access = { ...project.access, context: { ...project.access.context, prompt: undefined } };
  try {
    using open = await file.unlock(access, { ignoreMac: true });
    const roots = open.roots();
    const sealed = walk(file.document.roots, open.selector);
    return walk(roots, open.selector).map((leaf, index) => describe(leaf, sealed[index]?.selected === true, fingerprint));
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    // Ciphertext tells that a value changed, or was encrypted anew.
    return walk(file.document.roots, await selectorOf(file)).map((leaf) =>
      describe(leaf, leafText(leaf.leaf).startsWith("ENC["), fingerprint),
    );
  }
}

async function selectorOf({ metadata }: EncryptedFile): Promise<Parameters<typeof walk>[1]> {
  const { compileSelector } = await import("../policy/selector.ts");
  return compileSelector(metadata.selector);
}

function describe({ leaf, place, root }: WalkedLeaf, hidden: boolean, fingerprint: Fingerprint): string {
  const document = root === 0 ? "" : `document ${root + 1} `;
  const type = leaf.kind === "comment" ? "comment" : leaf.type;
  const text = leafText(leaf);
  const path = leaf.kind === "comment" ? `${document}#` : `${document}${formatPath(pathOf(place))}`;
  if (text === "") return `${path}: ${type} (empty)`;
  if (hidden) return `${path}: ${type} ●${fingerprint(type, text)}`;
  return `${path}: ${type} ${JSON.stringify(text)}`;
}

function listAccess({ metadata }: EncryptedFile): readonly string[] {
  return metadata.groups.flatMap((group, index) =>
    group.map((key) => `recipient${metadata.groups.length > 1 ? ` of group ${index + 1}` : ""}: ${key.provider} ${key.label}`),
  );
}
