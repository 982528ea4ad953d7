/** The values of an encrypted file as variables of an environment (sops: §7.10). */
import { printFlat } from "../../formats/flat/text.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import type { Leaf, Node, Pair } from "../model/tree.ts";
import { foldName } from "./child-environment.ts";
import { valueCanStartCode } from "./code-names.ts";

export interface Variable {
  readonly name: string;
  readonly value: string;
  /** False where anybody who can change the file could have written it. */
  readonly encrypted: boolean;
}

/**
 * The entries at the top of the first document, in their order, as sops hands them to `exec-env`. A name may come twice.
 * @throws SottoError `ENVIRONMENT_UNFIT` for what cannot be in an environment
 */
export function listVariables(open: OpenFile): readonly Variable[] {
  const [root] = open.roots();
  const sealed = findSealed(open);
  return (root?.entries ?? []).flatMap((entry, index) => (entry.kind === "comment" ? [] : [toVariable(entry, sealed.has(index))]));
}

/** Positions of the entries at the top of the first document whose values were encrypted. */
function findSealed(open: OpenFile): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { leaf, place, root, sealed } of open.opened.leaves) {
    if (root === 0 && place.up === undefined && sealed !== undefined && isValue(leaf)) found.add(place.index);
  }
  return found;
}

function isValue(leaf: Leaf): boolean {
  return leaf.kind === "scalar";
}

function toVariable({ key, value }: Pair, encrypted: boolean): Variable {
  const text = printValue(key, value);
  if (key.includes("=")) {
    throw new SottoError("ENVIRONMENT_UNFIT", `cannot use keys with '=' in environment: ${key}`, { hints: ["rename the key"] });
  }
  if (key.includes("\0") || text.includes("\0")) {
    throw new SottoError("ENVIRONMENT_UNFIT", `cannot use NUL in environment; offending key ${key.replaceAll("\0", String.raw`\0`)}`, {
      hints: ["no program could take it: hand the file over as a file, with exec-file"],
    });
  }
  return { name: key, value: text, encrypted };
}

function printValue(key: string, value: Node): string {
  if (value.kind === "null") return "<nil>";
  if (value.kind === "scalar") return printFlat(value);
  throw new SottoError("ENVIRONMENT_UNFIT", `cannot use complex value in environment; offending key ${key}`, {
    hints: ["exec-env takes files without nesting; hand this one over as a file, with exec-file"],
  });
}

/**
 * A value in the clear can be put there by anybody who can change the file, with the MAC none the wiser where it covers
 * encrypted values only. So it must not decide what is run.
 * @param allowed names that the user lets through
 * @throws SottoError `REFUSED`
 */
export function refuseCode(variables: readonly Variable[], allowed: readonly string[], platform: string): void {
  const through = new Set(allowed.map((name) => foldName(name, platform)));
  const found = variables.filter(
    ({ name, value, encrypted }) => !encrypted && valueCanStartCode(name, value, platform) && !through.has(foldName(name, platform)),
  );
  const names = [...new Set(found.map(({ name }) => name))];
  const [first] = names;
  if (first === undefined) return;
  throw new SottoError(
    "REFUSED",
    names.length === 1
      ? `${first} decides what programs load or start, and its value is not encrypted in the file`
      : `${names.join(", ")} decide what programs load or start, and their values are not encrypted in the file`,
    { hints: [`if it is meant to: ${names.map((name) => `--allow-env ${name}`).join(" ")}`] },
  );
}
