/**
 * Checks the grammar over the scanner's tokens and reports nodes to a builder, as go-yaml's parser reports events. Iterative: the
 * open productions are a stack of states.
 */
import { NO_COMMENTS, type NodeHandler, type NodeProperties } from "./events.ts";
import type { Scanner } from "./scan.ts";
import { TagHandles } from "./tag-handles.ts";
import { TokenStream } from "./token-stream.ts";
import { refuse, TokenKind, type Lines, type Token } from "./tokens.ts";

const State = {
  implicitDocument: 0,
  document: 1,
  documentContent: 2,
  documentEnd: 3,
  block: 4,
  sequenceFirst: 5,
  sequence: 6,
  indentless: 7,
  mappingFirst: 8,
  mapping: 9,
  mappingValue: 10,
  flowSequenceFirst: 11,
  flowSequence: 12,
  flowPairKey: 13,
  flowPairValue: 14,
  flowPairEnd: 15,
  flowMappingFirst: 16,
  flowMapping: 17,
  flowMappingValue: 18,
  flowMappingEmpty: 19,
  end: 20,
} as const;

type State = (typeof State)[keyof typeof State];

export class Parser {
  private readonly source: string;
  private readonly handler: NodeHandler;
  private readonly tokens: TokenStream;
  private state: State = State.implicitDocument;
  private readonly states: State[] = [];
  private readonly handles: TagHandles;

  constructor(source: string, scanner: Scanner, handler: NodeHandler) {
    this.source = source;
    this.handler = handler;
    this.tokens = new TokenStream(scanner);
    this.handles = new TagHandles(source);
  }

  /** @throws SottoError `YAML_INVALID` */
  run(): void {
    this.tokens.peek();
    this.tokens.take();
    while (this.state !== State.end) this.step();
  }

  private step(): void {
    switch (this.state) {
      case State.implicitDocument:
        return this.startDocument(true);
      case State.document:
        return this.startDocument(false);
      case State.documentContent:
        return this.parseDocumentContent();
      case State.documentEnd:
        return this.endDocument();
      case State.block:
        return this.parseNode(true, false);
      case State.sequenceFirst:
        this.tokens.take();
        return this.parseEntry();
      case State.sequence:
        return this.parseEntry();
      case State.indentless:
        return this.parseIndentlessEntry();
      case State.mappingFirst:
        this.tokens.take();
        return this.parseKey();
      case State.mapping:
        return this.parseKey();
      case State.mappingValue:
        return this.parseValue();
      case State.flowSequenceFirst:
        this.tokens.take();
        return this.parseFlowItem(true);
      case State.flowSequence:
        return this.parseFlowItem(false);
      case State.flowPairKey:
        return this.parseFlowPairKey();
      case State.flowPairValue:
        return this.parseFlowPairValue();
      case State.flowPairEnd:
        this.state = State.flowSequence;
        return this.handler.endCollection(undefined, NO_COMMENTS);
      case State.flowMappingFirst:
        this.tokens.take();
        return this.parseFlowKey(true);
      case State.flowMapping:
        return this.parseFlowKey(false);
      case State.flowMappingValue:
        return this.parseFlowValue(false);
      case State.flowMappingEmpty:
        return this.parseFlowValue(true);
      case State.end:
        return;
    }
  }

  private pop(): void {
    this.state = this.states.pop() ?? State.end;
  }

  /** Parses a node, and goes on in the given state behind it. */
  private parseChild(then: State, block: boolean, indentless: boolean): void {
    this.states.push(then);
    this.parseNode(block, indentless);
  }

  private emptyNode(then: State, at?: number): void {
    this.state = then;
    this.handler.empty(at);
  }

  private startDocument(implicit: boolean): void {
    let token = this.tokens.peek();
    if (!implicit) while (token.kind === TokenKind.documentEnd) token = this.takeMarker(token);
    if (token.kind === TokenKind.streamEnd) {
      this.state = State.end;
      return this.tokens.take();
    }
    if (implicit && !startsDocument(token)) {
      this.handles.addDefaults();
      this.states.push(State.documentEnd);
      this.state = State.block;
      return this.handler.startDocument(this.tokens.splitHead());
    }
    token = this.parseDirectives(token);
    if (token.kind !== TokenKind.documentStart) throw refuse(this.source, token.start, "a document must begin with ---");
    this.states.push(State.documentEnd);
    this.state = State.documentContent;
    this.handler.property(token);
    this.handler.startDocument(undefined);
    this.tokens.take();
  }

  private takeMarker(token: Token): Token {
    this.handler.property(token);
    this.tokens.take();
    return this.tokens.peek();
  }

  private parseDirectives(first: Token): Token {
    let token = first;
    let version = false;
    while (token.kind === TokenKind.version || token.kind === TokenKind.tagDirective) {
      if (token.kind === TokenKind.version) {
        if (version) throw refuse(this.source, token.start, "a second %YAML directive");
        if (token.value !== "1.1") throw refuse(this.source, token.start, "only %YAML 1.1 is supported");
        version = true;
      } else {
        this.handles.declare(token);
      }
      token = this.takeMarker(token);
    }
    this.handles.addDefaults();
    return token;
  }

  private parseDocumentContent(): void {
    const token = this.tokens.peek();
    if (!endsDocument(token)) return this.parseNode(true, false);
    this.pop();
    this.handler.empty(token.start);
  }

  private endDocument(): void {
    const token = this.tokens.peek();
    if (token.kind === TokenKind.documentEnd) {
      this.handler.property(token);
      this.tokens.take();
    }
    this.handles.clear();
    this.state = State.document;
    const { head, foot } = this.tokens.takeComments();
    this.handler.endDocument(token.start, foot ?? head);
  }

  private parseNode(block: boolean, indentless: boolean): void {
    let token = this.tokens.peek();
    if (token.kind === TokenKind.alias) {
      this.pop();
      this.handler.alias(token, this.tokens.takeComments());
      return this.tokens.take();
    }
    const start = token.start;
    const properties = token.kind === TokenKind.anchor || token.kind === TokenKind.tag ? this.parseProperties(token) : undefined;
    if (properties) token = this.tokens.peek();
    const { kind } = token;
    if (kind === TokenKind.scalar) {
      this.pop();
      if (token.block) this.handler.property({ start: token.start, end: token.start + token.suffix.length });
      this.handler.scalar(token, properties, this.tokens.takeComments());
      return this.tokens.take();
    }
    if (indentless && kind === TokenKind.entry) {
      this.state = State.indentless;
      return this.handler.startCollection(
        { kind: "sequence", flow: false, start: token.start, column: token.column },
        properties,
        undefined,
      );
    }
    if (kind === TokenKind.flowSequenceStart || kind === TokenKind.flowMappingStart) {
      return this.startCollection(token, properties, this.tokens.takeComments().head);
    }
    if (block && (kind === TokenKind.sequenceStart || kind === TokenKind.mappingStart)) {
      return this.startCollection(token, properties, this.tokens.takeStem());
    }
    if (!properties) throw refuse(this.source, token.start, "a value is expected here");
    this.pop();
    return this.handler.empty(Math.max(properties.anchor?.end ?? start, properties.tag?.end ?? start), properties);
  }

  private startCollection(token: Token, properties: NodeProperties | undefined, head: Lines | undefined): void {
    const sequence = token.kind === TokenKind.sequenceStart || token.kind === TokenKind.flowSequenceStart;
    const flow = token.kind === TokenKind.flowSequenceStart || token.kind === TokenKind.flowMappingStart;
    if (flow) this.state = sequence ? State.flowSequenceFirst : State.flowMappingFirst;
    else this.state = sequence ? State.sequenceFirst : State.mappingFirst;
    const kind = sequence ? "sequence" : "mapping";
    this.handler.startCollection({ kind, flow, start: token.start, column: token.column }, properties, head);
  }

  /** Takes an anchor, a tag, or one of each. */
  private parseProperties(first: Token): NodeProperties {
    this.takeProperty(first);
    const next = this.tokens.peek();
    const both =
      (first.kind === TokenKind.anchor && next.kind === TokenKind.tag) || (first.kind === TokenKind.tag && next.kind === TokenKind.anchor);
    if (both) this.takeProperty(next);
    const anchor = first.kind === TokenKind.anchor ? first : both ? next : undefined;
    const tag = first.kind === TokenKind.tag ? first : both ? next : undefined;
    return {
      ...(anchor && { anchor: { start: anchor.start, end: anchor.end, name: anchor.value } }),
      ...(tag && { tag: { start: tag.start, end: tag.end, text: this.source.slice(tag.start, tag.end) } }),
      fullTag: tag ? this.handles.expand(tag) : "",
    };
  }

  private takeProperty(token: Token): void {
    this.handler.property(token);
    this.tokens.take();
  }

  private takeDash(token: Token): Token {
    this.handler.dash(token.start);
    return this.tokens.takeDash();
  }

  private parseEntry(): void {
    const token = this.tokens.peek();
    if (token.kind === TokenKind.entry) {
      const next = this.takeDash(token);
      if (next.kind === TokenKind.entry || next.kind === TokenKind.blockEnd) return this.emptyNode(State.sequence, token.end);
      return this.parseChild(State.sequence, true, false);
    }
    if (token.kind !== TokenKind.blockEnd) throw refuse(this.source, token.start, "a dash of a sequence is expected here");
    this.pop();
    this.handler.endCollection(undefined, NO_COMMENTS);
    this.tokens.take();
  }

  private parseIndentlessEntry(): void {
    const token = this.tokens.peek();
    if (token.kind !== TokenKind.entry) {
      this.pop();
      return this.handler.endCollection(undefined, NO_COMMENTS);
    }
    const next = this.takeDash(token);
    if (next.kind === TokenKind.entry || endsValue(next)) return this.emptyNode(State.indentless, token.end);
    this.parseChild(State.indentless, true, false);
  }

  private parseKey(): void {
    const token = this.tokens.peek();
    if (token.kind === TokenKind.key) {
      this.handler.key(token.start);
      this.tokens.take();
      if (endsValue(this.tokens.peek())) return this.emptyNode(State.mappingValue, token.end);
      return this.parseChild(State.mappingValue, true, true);
    }
    if (token.kind !== TokenKind.blockEnd) throw refuse(this.source, token.start, "a key is expected here");
    this.pop();
    this.handler.endCollection(undefined, this.tokens.takeComments());
    this.tokens.take();
  }

  private parseValue(): void {
    const token = this.tokens.peek();
    if (token.kind !== TokenKind.value) return this.emptyNode(State.mapping);
    this.handler.colon(token.start);
    this.tokens.take();
    if (endsValue(this.tokens.peek())) return this.emptyNode(State.mapping, token.end);
    this.parseChild(State.mapping, true, true);
  }

  /** Takes the comma between two members of a flow collection. */
  private takeComma(first: boolean, close: TokenKind): Token {
    const token = this.tokens.peek();
    if (first || token.kind === close) return token;
    if (token.kind !== TokenKind.flowEntry) {
      throw refuse(this.source, token.start, `a comma or ${close === TokenKind.flowSequenceEnd ? "]" : "}"} is expected here`);
    }
    this.tokens.take();
    return this.tokens.peek();
  }

  private endFlow(token: Token): void {
    this.pop();
    this.handler.endCollection(token.end, this.tokens.takeComments());
    this.tokens.take();
  }

  private parseFlowItem(first: boolean): void {
    const token = this.takeComma(first, TokenKind.flowSequenceEnd);
    if (token.kind === TokenKind.flowSequenceEnd) return this.endFlow(token);
    if (token.kind !== TokenKind.key) return this.parseChild(State.flowSequence, false, false);
    this.state = State.flowPairKey;
    this.handler.startCollection({ kind: "mapping", flow: true, start: token.start, column: token.column }, undefined, undefined);
    this.handler.key(token.start);
    this.tokens.take();
  }

  private parseFlowPairKey(): void {
    const token = this.tokens.peek();
    if (token.kind !== TokenKind.value && !endsFlowItem(token)) return this.parseChild(State.flowPairValue, false, false);
    // go-yaml takes this token here, and so reads `[? : v]` as an error.
    this.tokens.take();
    this.emptyNode(State.flowPairValue, token.start);
  }

  private parseFlowPairValue(): void {
    const token = this.tokens.peek();
    if (token.kind !== TokenKind.value) return this.emptyNode(State.flowPairEnd);
    this.handler.colon(token.start);
    this.tokens.take();
    const next = this.tokens.peek();
    if (endsFlowItem(next)) return this.emptyNode(State.flowPairEnd, token.end);
    this.parseChild(State.flowPairEnd, false, false);
  }

  private parseFlowKey(first: boolean): void {
    const token = this.takeComma(first, TokenKind.flowMappingEnd);
    if (token.kind === TokenKind.flowMappingEnd) return this.endFlow(token);
    if (token.kind !== TokenKind.key) {
      this.handler.key(token.start);
      return this.parseChild(State.flowMappingEmpty, false, false);
    }
    this.handler.key(token.start);
    this.tokens.take();
    const next = this.tokens.peek();
    if (next.kind === TokenKind.value || endsFlowPair(next)) return this.emptyNode(State.flowMappingValue, token.end);
    this.parseChild(State.flowMappingValue, false, false);
  }

  private parseFlowValue(empty: boolean): void {
    const token = this.tokens.peek();
    if (empty || token.kind !== TokenKind.value) return this.emptyNode(State.flowMapping);
    this.handler.colon(token.start);
    this.tokens.take();
    if (endsFlowPair(this.tokens.peek())) return this.emptyNode(State.flowMapping, token.end);
    this.parseChild(State.flowMapping, false, false);
  }
}

function startsDocument({ kind }: Token): boolean {
  return kind === TokenKind.version || kind === TokenKind.tagDirective || kind === TokenKind.documentStart;
}

function endsDocument(token: Token): boolean {
  return startsDocument(token) || token.kind === TokenKind.documentEnd || token.kind === TokenKind.streamEnd;
}

function endsValue(token: Token): boolean {
  return token.kind === TokenKind.key || token.kind === TokenKind.value || token.kind === TokenKind.blockEnd;
}

function endsFlowItem(token: Token): boolean {
  return token.kind === TokenKind.flowEntry || token.kind === TokenKind.flowSequenceEnd;
}

function endsFlowPair(token: Token): boolean {
  return token.kind === TokenKind.flowEntry || token.kind === TokenKind.flowMappingEnd;
}
