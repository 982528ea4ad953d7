/** One document, encrypted by one program and decrypted by the other. */
import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { exitOf } from "../../src/cli/exit.ts";
import { SottoError } from "../../src/model/error.ts";
import { decodeText } from "../../src/model/text.ts";
import type { FormatId, Scalar } from "../../src/model/tree.ts";
import { asPrinted, commentsOf, valuesOf } from "../support/shapes.ts";
import { accessFor, parseText, sealText, unlockText } from "../support/sotto.ts";
import type { SopsFolder } from "../support/sops.ts";
import { identitiesFor, ruleFor, settingsFor } from "./setup.ts";
import type { Setup } from "./setup.ts";

/** What a program made of a document. */
interface Reading {
  /** 0, or the exit number of the failure. */
  readonly exit: number;
  readonly values?: unknown;
  readonly comments?: readonly string[];
}

/** How many documents went how. */
export type Tally = Record<"same" | "comments" | "as sops alone" | "refused by both" | "refused by sotto" | "refused by sops", number>;

export function newTally(): Tally {
  return { same: 0, comments: 0, "as sops alone": 0, "refused by both": 0, "refused by sotto": 0, "refused by sops": 0 };
}

export interface Case {
  readonly folder: SopsFolder;
  readonly text: string;
  readonly format: FormatId;
  readonly setup: Setup;
}

/**
 * sotto encrypts, sops decrypts: the same types, values and comments. sops's printer moves and loses some comments; it may not
 * change one. Where it changes values, it has to be what it does to the same document in a file of its own.
 * @throws Error that says what differs
 */
export async function checkOursToTheirs(one: Case, tally: Tally): Promise<void> {
  const { folder, text, format, setup } = one;
  const expected = await readPlain(text, format);
  if (expected.exit !== 0) {
    tally["refused by sotto"] += 1;
    return;
  }
  const env = identitiesFor(setup);
  const sealed = await sealText(text, format, { ...settingsFor(setup, format), access: accessFor(env) });
  const result = await folder.decrypt(sealed, format, { env });
  const actual = result.exit === 0 ? await readPlain(result.output, format) : { exit: result.exit };
  const likeness = compare(actual, expected, format);
  if (likeness !== undefined) {
    tally[likeness] += 1;
    return;
  }
  const alone = await readAlone(one);
  if (compare(actual, alone, format) === undefined && !(await agreesAsJson(one, sealed))) {
    throw difference(one, expected, actual, alone, sealed, result.errors);
  }
  tally["as sops alone"] += 1;
}

/** sops's YAML printer loses a text that begins with a tab, among others (sops: §4.1.5); its JSON printer does not. */
async function agreesAsJson({ folder, text, format, setup }: Case, sealed: string): Promise<boolean> {
  const path = folder.write(sealed, format);
  const result = await folder.run(["-d", "--output-type", "json", path], { env: identitiesFor(setup) });
  rmSync(path);
  if (result.exit !== 0) return false;
  const { roots } = await parseText(text, format);
  // JSON holds the first document only.
  const printed = await parseText(result.output, "json");
  return isDeepStrictEqual(valuesOf(printed, asJson), valuesOf({ roots: roots.slice(0, 1) }, asJson));
}

/** JSON has no dates. */
function asJson(leaf: Scalar): readonly unknown[] {
  return asPrinted(leaf.type === "time" ? { ...leaf, type: "str" } : leaf);
}

/**
 * sops encrypts, sotto decrypts: the same again. Where sops changed something on the way, sotto reads what sops itself reads in
 * its file, and fails with the same exit number where sops does.
 */
export async function checkTheirsToOurs(one: Case, tally: Tally): Promise<void> {
  const { folder, text, format, setup } = one;
  const env = identitiesFor(setup);
  const sealed = await encryptAlone(one);
  const expected = await readPlain(text, format);
  if (sealed.exit !== 0) {
    if (expected.exit === 0) tally["refused by sops"] += 1;
    else tally["refused by both"] += 1;
    return;
  }
  const actual = await readOurs(sealed.output, format, env);
  const likeness = compare(actual, expected, format);
  if (likeness === "same") {
    tally.same += 1;
    return;
  }
  const result = await folder.decrypt(sealed.output, format, { env });
  const alone = result.exit === 0 ? await readPlain(result.output, format) : { exit: result.exit };
  if (likeness === undefined && compare(actual, alone, format) === undefined) throw difference(one, expected, actual, alone, sealed.output);
  if (expected.exit !== 0) tally["refused by sotto"] += 1;
  else tally[likeness ?? "as sops alone"] += 1;
}

/** @returns undefined if the readings differ in more than comments that moved or were lost */
function compare(actual: Reading, expected: Reading, format: FormatId): "same" | "comments" | undefined {
  if (isDeepStrictEqual(actual, expected)) return "same";
  if (actual.exit !== 0 || !isDeepStrictEqual(actual.values, expected.values)) return undefined;
  const [left, right] = [countComments(actual, format), countComments(expected, format)];
  return includes(left, right) || includes(right, left) ? "comments" : undefined;
}

/** Comments that sops could not decrypt, since they moved, are left out: sotto finds out where they were. */
function countComments({ comments = [] }: Reading, format: FormatId): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const comment of comments) {
    if (comment.startsWith("ENC[")) continue;
    const text = format === "ini" ? withoutMarks(comment) : comment;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** A comment of several lines without the marks and blanks that sops's INI printer adds to each, or takes. */
function withoutMarks(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^[\s;#]+/, "").trimEnd());
  return lines.filter((line) => line !== "").join("\n");
}

function includes(all: ReadonlyMap<string, number>, some: ReadonlyMap<string, number>): boolean {
  return [...some].every(([text, count]) => (all.get(text) ?? 0) >= count);
}

async function encryptAlone({ folder, text, format, setup }: Case): Promise<{ exit: number; output: string }> {
  const config = folder.writeConfig(ruleFor(setup, format));
  const sealed = await folder.encrypt(text, format, ["--config", config], { env: identitiesFor(setup) });
  rmSync(config);
  return sealed;
}

/** What sops reads in the file that it encrypted itself. */
async function readAlone(one: Case): Promise<Reading> {
  const sealed = await encryptAlone(one);
  if (sealed.exit !== 0) return { exit: sealed.exit };
  const result = await one.folder.decrypt(sealed.output, one.format, { env: identitiesFor(one.setup) });
  return result.exit === 0 ? readPlain(result.output, one.format) : { exit: result.exit };
}

async function readOurs(text: string, format: FormatId, env: Readonly<Record<string, string>>): Promise<Reading> {
  const printed = await orExit(async () => {
    using open = await unlockText(text, format, accessFor(env));
    return decodeText(await open.print());
  });
  return typeof printed === "string" ? readPlain(printed, format) : printed;
}

async function readPlain(text: string, format: FormatId): Promise<Reading> {
  const document = await orExit(() => parseText(text, format));
  if (!("roots" in document)) return document;
  // sops drops the empty comments of an INI file.
  const comments = commentsOf(document.roots).filter((comment) => format !== "ini" || comment !== "");
  return { exit: 0, values: valuesOf(document, asPrinted), comments };
}

async function orExit<T>(call: () => Promise<T>): Promise<T | { readonly exit: number }> {
  try {
    return await call();
  } catch (error) {
    if (SottoError.is(error)) return { exit: exitOf(error.code, "decrypt") };
    throw error;
  }
}

function difference(one: Case, ...what: readonly unknown[]): Error {
  return new Error(
    [JSON.stringify([one.text, one.setup]), ...what.map((part) => (typeof part === "string" ? part : JSON.stringify(part)))].join("\n"),
  );
}
