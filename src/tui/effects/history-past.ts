/** Old plaintexts while a history is looked at: the two versions that are compared, and data keys. Nothing of it is in the state. */
import type { OpenedSide, OpenedSides } from "../../git/opened-sides.ts";
import { SottoError } from "../../model/error.ts";
import type { Node } from "../../model/tree.ts";
import type { ValueSource } from "../model/facts.ts";
import type { Edge } from "./edge.ts";

export type OldSource = Extract<ValueSource, { readonly kind: "old" }>;

/** Finds a value in an opened version. */
export type FindValue = (side: OpenedSide, path: OldSource["path"]) => Node | undefined;

export class Past implements Disposable {
  readonly sides: OpenedSides;
  readonly #find: FindValue;
  readonly #open = new Map<string, OpenedSide>();
  #ended = false;

  constructor(sides: OpenedSides, find: FindValue) {
    this.sides = sides;
    this.#find = find;
  }

  /** What was opened after the end is wiped by {@link sweep}. */
  get ended(): boolean {
    return this.#ended;
  }

  has(file: string, commit: string): boolean {
    return this.#open.has(nameOf(file, commit));
  }

  /** These versions, and no others, can be asked for values. */
  hold(file: string, versions: ReadonlyMap<string, OpenedSide>): void {
    this.#open.clear();
    if (this.#ended) return;
    for (const [commit, side] of versions) this.#open.set(nameOf(file, commit), side);
  }

  /** @throws SottoError `PATH_NOT_FOUND` for a version that is not held or a value that is not in it, and what opening threw */
  node({ file, commit, path }: OldSource): Node {
    const side = this.#open.get(nameOf(file, commit));
    const node = side === undefined ? undefined : this.#find(side, path);
    if (node === undefined) throw new SottoError("PATH_NOT_FOUND", "this old value is not open any more: choose the commit again");
    return node;
  }

  /** Data keys that arrived after the end. */
  sweep(): void {
    if (this.#ended) this.sides[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#open.clear();
    this.sides[Symbol.dispose]();
  }
}

function nameOf(file: string, commit: string): string {
  return `${commit}\0${file}`;
}

/** @throws SottoError as {@link Past.node} */
export function pastText(edge: Edge, source: OldSource): string {
  const node = edge.past?.node(source);
  if (node === undefined) throw new SottoError("PATH_NOT_FOUND", "this old value is not open any more: choose the commit again");
  return node.kind === "scalar" ? node.canonical : "";
}
