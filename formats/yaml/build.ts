/**
 * Builds sops's tree from the parser's reports: go-yaml's nodes with their comments, and then what sops's YAML store makes of them
 * (sops: §4.1.1, §4.1.4, §4.1.6). Both in one pass: a collection is finished when its end is reported.
 */
import { positionAt, SottoError, type ErrorCode } from "../../src/model/error.ts";
import type { Branch, Entry, Item, Node, Span } from "../../src/model/tree.ts";
import { AliasBudget, copyEntries } from "./alias.ts";
import { Built, Frame, type Entries, type Mutable } from "./built.ts";
import { checkKey, checkMerge, isMergeKey } from "./check.ts";
import { Composer } from "./compose.ts";
import { NO_COMMENTS, type Attached, type CollectionStart, type NodeHandler, type NodeProperties } from "./events.ts";
import { resolveScalar, shortenTag, type ResolveProblem, type Resolved } from "./resolve.ts";
import type { CollectionSlot, KeySlot, Properties, ScalarSlot } from "./slots.ts";
import { refuse, type CommentLine, type Lines, type Token } from "./tokens.ts";

/** A document with its metadata still inside. */
export interface BuiltDocument {
  readonly root: Branch;
  readonly start: number;
  readonly end: number;
}

export class Builder implements NodeHandler {
  readonly documents: BuiltDocument[] = [];
  readonly properties: Span[] = [];
  readonly composer: Composer;
  /** A reason to refuse that counts only if the text has no error. */
  deferred: SottoError | undefined;
  private readonly source: string;
  /** Anchors stay known in later documents, as in go-yaml. */
  private readonly anchors = new Map<string, Built>();
  private readonly frames: Frame[] = [];
  private frame: Frame | undefined;
  private root: Built | undefined;
  private documentHead: Lines | undefined;
  private documentStart = 0;
  private budget = new AliasBudget();
  private nextDash: number | undefined;
  private nextKey: number | undefined;
  private nextColon: number | undefined;

  /** @param lines the scanner's list of comments, which grows while the parser runs */
  constructor(source: string, lines: readonly CommentLine[]) {
    this.source = source;
    this.composer = new Composer(source, lines);
  }

  startDocument(head: Lines | undefined): void {
    this.documentHead = head;
    this.root = undefined;
    this.budget = new AliasBudget();
  }

  dash(at: number): void {
    this.nextDash = at;
  }

  key(at: number): void {
    this.nextKey = at;
  }

  colon(at: number): void {
    this.nextColon = at;
  }

  property(span: Span): void {
    this.properties.push({ start: span.start, end: span.end });
  }

  scalar(token: Token, properties: NodeProperties | undefined, comments: Attached): void {
    const built = new Built("scalar", token.value, token.start, token.end, comments);
    const plain = token.style === "plain";
    const tag = properties ? shortenTag(properties.fullTag) : "";
    built.merge = token.value === "<<" && isMergeKey(tag, plain);
    this.addScalar(built, tag, token.style, properties, token);
  }

  empty(at: number | undefined, properties?: NodeProperties): void {
    const place = at ?? this.frame?.end ?? 0;
    const built = new Built("scalar", "", place, place, NO_COMMENTS);
    this.addScalar(built, properties ? shortenTag(properties.fullTag) : "", "empty", properties, undefined);
  }

  private addScalar(
    built: Built,
    tag: string,
    style: ScalarSlot["style"],
    properties: NodeProperties | undefined,
    token: Token | undefined,
  ): void {
    this.budget.count();
    const { start, end } = built;
    const plain = style === "plain" || style === "empty";
    const resolution = resolveScalar(tag, built.identity, plain);
    const { type, canonical } = "error" in resolution ? this.meetProblem(resolution.error, built) : resolution;
    if (this.frame?.isKeyNext === true) {
      this.setKey(built, style, type === "str" ? canonical : undefined, properties);
    } else {
      const slot: Mutable<ScalarSlot> = { start, end, style, flow: this.frame?.start.flow ?? false };
      this.startValue(slot);
      if (properties) addProperties(slot, properties);
      if (token?.block) slot.block = token.block;
      built.node = type === "null" ? { kind: "null", slot } : { kind: "scalar", type, canonical, slot };
    }
    if (properties?.anchor) this.anchors.set(properties.anchor.name, built);
    this.add(built);
  }

  alias(token: Token, comments: Attached): void {
    const target = this.anchors.get(token.value);
    if (!target) throw refuse(this.source, token.start, "an alias to an unknown anchor");
    if (target.isCollection && !target.node) throw refuse(this.source, token.start, "an anchor whose value contains itself");
    if (!this.budget.expand(target.cost)) throw refuse(this.source, token.start, "too many aliases to large values");
    const built = new Built("alias", token.value, token.start, token.end, comments);
    built.target = target;
    built.cost = target.cost + 1;
    if (this.frame?.isKeyNext === true) {
      const { node } = target;
      this.setKey(built, "alias", target.key ?? (node?.kind === "scalar" && node.type === "str" ? node.canonical : undefined), undefined);
    } else {
      built.node = this.copyTarget(target, token);
    }
    this.add(built);
  }

  private copyTarget(target: Built, token: Token): Node {
    const { node } = target;
    const { start, end, column } = token;
    const place: Mutable<ScalarSlot & CollectionSlot> = { start, end, style: "alias", flow: this.frame?.start.flow ?? false, column };
    this.startValue(place);
    if (node?.kind === "null") return { kind: "null", slot: place };
    if (node?.kind !== "branch" && node?.kind !== "sequence") {
      const { type, canonical } = node ?? ({ type: "str", canonical: target.key ?? "" } as const);
      return { kind: "scalar", type, canonical, slot: place };
    }
    const entries: Entries = [];
    const own = target.composed ? undefined : target;
    this.composer.copy(entries, own?.head);
    this.composer.copy(entries, own?.inline);
    copyEntries(node, entries);
    this.composer.copy(entries, own?.foot);
    return node.kind === "branch"
      ? { kind: "branch", entries: entries as Entry[], slot: place }
      : { kind: "sequence", items: entries as Item[], slot: place };
  }

  startCollection(start: CollectionStart, properties: NodeProperties | undefined, head: Lines | undefined): void {
    this.budget.count();
    const built = new Built(start.kind, "", start.start, start.start, NO_COMMENTS);
    built.head = head;
    const { frame } = this;
    const dash = this.nextDash;
    if (frame?.isKeyNext === true) this.setKey(built, "empty", undefined, properties);
    else this.startValue(undefined);
    if (properties?.anchor) this.anchors.set(properties.anchor.name, built);
    this.frame = new Frame(built, start, properties, dash, frame);
    this.frames.push(this.frame);
  }

  endCollection(end: number | undefined, comments: Attached): void {
    const frame = this.frames.pop() as Frame;
    this.frame = this.frames[this.frames.length - 1];
    const { built, start, entries, dash, properties } = frame;
    built.end = end ?? frame.end;
    built.inline = comments.inline;
    built.foot = comments.foot;
    if (frame.key && built.foot && !start.flow) {
      frame.key.foot = built.foot;
      built.foot = undefined;
    }
    this.composer.composePair(frame);
    const slot: Mutable<CollectionSlot> = {
      start: start.start,
      end: built.end,
      style: start.flow ? "flow" : "block",
      flow: frame.inFlow,
      column: start.column,
    };
    if (dash !== undefined) slot.dash = dash;
    if (properties) addProperties(slot, properties);
    built.items = frame.items;
    built.node = frame.isMapping
      ? { kind: "branch", entries: entries as Entry[], slot }
      : { kind: "sequence", items: entries as Item[], slot };
    this.add(built);
  }

  endDocument(end: number, foot: Lines | undefined): void {
    const root = this.root as Built;
    const { node } = root;
    const entries: Entries = [];
    this.composer.place(entries, this.documentHead, false);
    this.composer.place(entries, root.head, false);
    this.composer.place(entries, root.inline, false);
    let slot: CollectionSlot = { start: root.start, end: root.end, style: "empty", column: 0, flow: false };
    if (node?.kind === "branch") {
      for (const entry of node.entries) entries.push(entry);
      this.composer.place(entries, root.foot, false);
      slot = node.slot as CollectionSlot;
    } else if (node?.kind !== "null") {
      throw refuse(this.source, root.start, "the top level is not a mapping");
    }
    this.composer.place(entries, foot, false);
    this.documents.push({ root: { kind: "branch", entries: entries as Entry[], slot }, start: this.documentStart, end });
    this.documentStart = end;
  }

  /** Puts a finished node into the open collection, and moves foot comments as go-yaml does. */
  private add(built: Built): void {
    const { frame } = this;
    if (!frame) {
      this.root = built;
      return;
    }
    if (built.end > frame.end) frame.end = built.end;
    frame.built.cost += built.cost;
    if (!frame.isMapping) {
      this.composer.composeItem(frame.entries, built);
      frame.items?.push(built);
    } else if (frame.isKeyNext) {
      this.addKey(frame, built);
    } else {
      this.addValue(frame, built);
    }
  }

  private addKey(frame: Frame, built: Built): void {
    if (frame.key && built.foot && !frame.start.flow) {
      // A foot comment found at a key belongs to the pair before it.
      frame.key.foot = built.foot;
      built.foot = undefined;
    }
    this.composer.composePair(frame);
    frame.key = built;
    frame.value = undefined;
    frame.isKeyNext = false;
    if (this.documents.length === 0) checkKey(this.source, frame, built);
  }

  private addValue(frame: Frame, built: Built): void {
    const { key } = frame;
    frame.value = built;
    frame.isKeyNext = true;
    if (!key) return;
    if (key.merge && this.documents.length === 0) checkMerge(this.source, built);
    if (key.foot || !built.foot) return;
    key.foot = built.foot;
    built.foot = undefined;
  }

  private setKey(built: Built, style: KeySlot["style"], key: string | undefined, properties: NodeProperties | undefined): void {
    if (key === undefined) this.defer("VALUE_UNSUPPORTED", built.start, "a key that is not a string");
    built.key = key;
    built.keySlot = { start: built.start, end: built.end, style, entry: this.nextKey ?? built.start };
    if (properties) addProperties(built.keySlot, properties);
    this.nextKey = undefined;
  }

  /** Hands a value's colon to its key, and an item's dash to its slot. */
  private startValue(slot: { dash?: number } | undefined): void {
    if (slot && this.nextDash !== undefined) slot.dash = this.nextDash;
    if (this.nextColon !== undefined && this.frame?.key?.keySlot) this.frame.key.keySlot.colon = this.nextColon;
    this.nextDash = undefined;
    this.nextColon = undefined;
  }

  /** @returns what stands for the value as long as nobody minds */
  private meetProblem(problem: ResolveProblem, { start, identity }: Built): Resolved {
    const stand: Resolved = { type: "str", canonical: identity };
    if (problem === "uint64" || problem === "zone") {
      const what = problem === "uint64" ? "an integer from 2^63 to 2^64-1" : "a timestamp with an offset of 24 hours or more";
      this.defer("VALUE_UNSUPPORTED", start, `${what} cannot be encrypted, unless it is put in quotes`);
      return stand;
    }
    const message = problem === "tag" ? "a value is not what its tag says" : "a !!binary value is not base64";
    if (this.documents.length === 0) throw refuse(this.source, start, message);
    // In later documents sops reads such a value as null, and loses it.
    this.defer("YAML_UNSUPPORTED", start, message);
    return stand;
  }

  private defer(code: ErrorCode, at: number, message: string): void {
    this.deferred ??= new SottoError(code, message, { position: positionAt(this.source, at) });
  }
}

/** Without the expanded tag. */
function addProperties(slot: Mutable<Properties>, properties: Properties): void {
  if (properties.anchor) slot.anchor = properties.anchor;
  if (properties.tag) slot.tag = properties.tag;
}
