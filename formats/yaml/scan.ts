/**
 * Turns the text into tokens, as go-yaml does: implicit keys are found by looking ahead to the `:`, indentation opens and closes
 * blocks, and comments are noted on the way. The parser pulls tokens one by one; how far the scanner runs ahead decides where
 * comments land, so the look-ahead is go-yaml's too.
 */
import { Cursor } from "./cursor.ts";
import { scanBlock } from "./scan-block.ts";
import { scanComments, scanLineComment } from "./scan-comment.ts";
import { scanPlain, scanQuoted } from "./scan-plain.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-property.ts";
import { isBlankOrEnd, isBreak, isWord, refuse, SPACE, TAB, Token, TokenKind } from "./tokens.ts";

/** go-yaml's limit on open blocks and, separately, on open flow collections. */
const MAX_DEPTH = 10_000;
/** An implicit key must end within this many characters. */
const MAX_KEY = 1024;
/** go-yaml reads two tokens ahead of the one it hands out, for the sake of foot comments. */
const LOOK_AHEAD = 2;
/** Consumed tokens are dropped from the queue in batches of this size. */
const BATCH = 512;

const HASH = 35;
const PERCENT = 37;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const QUESTION = 63;
/** Indicators that cannot begin a plain scalar; the rules for `-`, `?` and `:` are separate. */
const INDICATORS = ",[]{}#&*!|>'\"%@`";

/** A place where an implicit key may have begun; one for each flow level. */
interface SimpleKey {
  possible: boolean;
  /** It stands where only a key can stand. */
  required: boolean;
  /** The token that it begins with, and that token's number. */
  token: Token | undefined;
  number: number;
  at: number;
  line: number;
  column: number;
}

export class Scanner {
  readonly cursor: Cursor;
  private readonly text: string;
  /** The queue is `tokens` from `head` to before `tail`; what lies outside is free. */
  private readonly tokens: Token[] = [];
  private head = 0;
  private tail = 0;
  /** Number of tokens handed out. */
  private taken = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  private keyAllowed = true;
  private readonly keys: SimpleKey[] = [newKey()];

  constructor(source: string) {
    this.cursor = new Cursor(source);
    this.text = source;
    this.append(new Token(TokenKind.streamStart, this.cursor.at, this.cursor.at, 0));
  }

  /** The next token, without taking it. */
  peek(): Token {
    while (this.needsMore()) this.fetch();
    return this.tokens[this.head] as Token;
  }

  /** Takes the token that {@link peek} returned. */
  take(): void {
    this.head += 1;
    this.taken += 1;
    if (this.head < BATCH) return;
    this.tokens.copyWithin(0, this.head, this.tail);
    this.tail -= this.head;
    this.head = 0;
  }

  private needsMore(): boolean {
    if (this.head >= this.tail - LOOK_AHEAD) return true;
    const level = (this.tokens[this.head] as Token).keyLevel;
    const key = level < 0 ? undefined : this.keys[level];
    return key !== undefined && this.isValid(key);
  }

  private get flow(): boolean {
    return this.keys.length > 1;
  }

  private fetch(): void {
    const { cursor } = this;
    const scanAt = cursor.at;
    this.skipToToken(scanAt, cursor.line);
    this.closeBlocks(cursor.column, scanAt);
    const code = cursor.code;
    if (code === 0) return this.fetchStreamEnd();
    if (cursor.column === 0 && code === PERCENT) return this.fetchDirective();
    if (cursor.atDocumentMarker()) return this.fetchDocumentMarker(code === DASH ? TokenKind.documentStart : TokenKind.documentEnd);
    // A comment behind `:` or `,` goes to the token before it.
    const before = code === (this.flow ? COMMA : COLON) ? this.tokens[this.tail - 1] : undefined;
    const owner = before?.start ?? cursor.at;
    this.fetchToken(code);
    // A comment behind a dash alone is a head comment of what follows.
    if (this.tokens[this.tail - 1]?.kind !== TokenKind.entry) scanLineComment(cursor, owner);
  }

  private fetchToken(code: number): void {
    if (isWord(code) && code !== DASH) return this.fetchScalar(false);
    const next = this.cursor.peek(1);
    switch (this.text.charAt(this.cursor.at)) {
      case "[":
        return this.fetchFlowStart(TokenKind.flowSequenceStart);
      case "{":
        return this.fetchFlowStart(TokenKind.flowMappingStart);
      case "]":
        return this.fetchFlowEnd(TokenKind.flowSequenceEnd);
      case "}":
        return this.fetchFlowEnd(TokenKind.flowMappingEnd);
      case ",":
        this.dropKey();
        this.keyAllowed = true;
        this.push(TokenKind.flowEntry, 1);
        return;
      case "*":
        return this.fetchProperty(TokenKind.alias);
      case "&":
        return this.fetchProperty(TokenKind.anchor);
      case "!":
        return this.fetchProperty(TokenKind.tag);
      case "'":
      case '"':
        return this.fetchScalar(true);
      case "|":
      case ">":
        if (this.flow) break;
        this.dropKey();
        this.keyAllowed = true;
        this.append(scanBlock(this.cursor, this.indent));
        return;
      case "-":
        if (isBlankOrEnd(next)) return this.fetchEntry();
        break;
      case "?":
        if (this.flow || isBlankOrEnd(next)) return this.fetchKey();
        break;
      case ":":
        if (this.flow || isBlankOrEnd(next)) return this.fetchValue();
        break;
      default:
    }
    if (!this.canStartPlain(code)) throw this.refuse("unexpected character");
    this.fetchScalar(false);
  }

  private canStartPlain(code: number): boolean {
    if (code === DASH) return true;
    if (code === QUESTION || code === COLON) return !this.flow;
    return !isBlankOrEnd(code) && !INDICATORS.includes(this.text.charAt(this.cursor.at));
  }

  /** Passes white space and comments. Tabs may not stand where a block could be indented by them. */
  private skipToToken(scanAt: number, scanLine: number): void {
    const { cursor } = this;
    for (;;) {
      for (let code = cursor.code; code === SPACE || (code === TAB && (this.flow || !this.keyAllowed)); code = cursor.code) cursor.at += 1;
      const last = this.tokens[this.tail - 1] as Token;
      const previous = this.tokens[this.tail - 2];
      if (last.kind === TokenKind.entry && previous?.kind === TokenKind.sequenceStart) this.liftLineComment();
      if (cursor.code === HASH) scanComments(cursor, last, previous, scanAt, scanLine, this.indent, this.flow);
      if (!isBreak(cursor.code)) return;
      cursor.skipBreak();
      if (!this.flow) this.keyAllowed = true;
    }
  }

  /** The comment in `k: # c` above the first dash of a sequence becomes a head comment: of the first item if it is in the line above. */
  private liftLineComment(): void {
    const { cursor } = this;
    const comment = cursor.comments[cursor.comments.length - 1];
    if (comment?.inline === undefined || isBreak(cursor.code)) return;
    comment.head = comment.inline;
    comment.inline = undefined;
    if (comment.line === cursor.line - 1) comment.token = cursor.at;
  }

  /** Opens a block if the column is right of the open one. @param number where its token goes, or -1 for the end of the queue */
  private openBlock(column: number, number: number, kind: TokenKind, at: number): void {
    if (this.flow || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > MAX_DEPTH) throw refuse(this.text, at, `blocks are nested more than ${MAX_DEPTH} deep`);
    this.insert(number, new Token(kind, at, at, column));
  }

  /**
   * Closes all blocks right of the column. The closing token stands where the white space began or, if there are comments in the
   * closed block's own column, before the first of them, so that comments of the blocks around stay outside.
   */
  private closeBlocks(column: number, scanAt: number): void {
    if (this.flow) return;
    const { comments } = this.cursor;
    let at = scanAt - 1;
    while (this.indent > column) {
      let stop = at;
      for (let index = comments.length - 1; index >= 0; index--) {
        const comment = comments[index];
        if (comment === undefined || comment.end < stop) break;
        if (comment.column === this.indent + 1) at = comment.start;
        stop = comment.scan;
      }
      this.append(new Token(TokenKind.blockEnd, at, at, 0));
      this.indent = this.indents.pop() ?? -1;
    }
  }

  private fetchStreamEnd(): void {
    const { cursor } = this;
    if (cursor.column !== 0) {
      cursor.base = cursor.at;
      cursor.line += 1;
    }
    this.closeBlocks(-1, cursor.at);
    this.dropKey();
    this.keyAllowed = false;
    this.append(new Token(TokenKind.streamEnd, cursor.at, cursor.at, 0));
  }

  private fetchDirective(): void {
    this.closeBlocks(-1, this.cursor.at);
    this.dropKey();
    this.keyAllowed = false;
    this.append(scanDirective(this.cursor));
  }

  private fetchDocumentMarker(kind: TokenKind): void {
    this.closeBlocks(-1, this.cursor.at);
    this.dropKey();
    this.keyAllowed = false;
    this.push(kind, 3);
  }

  private fetchFlowStart(kind: TokenKind): void {
    const key = this.saveKey();
    const inner = newKey();
    this.keys.push(inner);
    if (this.keys.length - 1 > MAX_DEPTH) throw this.refuse(`flow collections are nested more than ${MAX_DEPTH} deep`);
    this.keyAllowed = true;
    inner.token = this.push(kind, 1);
    this.setKeyToken(key, this.keys.length - 2, inner.token);
  }

  private fetchFlowEnd(kind: TokenKind): void {
    this.dropKey();
    if (this.flow) forget(this.keys.pop() as SimpleKey);
    this.keyAllowed = false;
    this.push(kind, 1);
  }

  private fetchEntry(): void {
    const { cursor } = this;
    if (!this.flow) {
      if (!this.keyAllowed) throw this.refuse("a sequence entry is not allowed here");
      this.openBlock(cursor.column, -1, TokenKind.sequenceStart, cursor.at);
    }
    this.dropKey();
    this.keyAllowed = true;
    this.push(TokenKind.entry, 1);
  }

  private fetchKey(): void {
    const { cursor } = this;
    if (!this.flow) {
      if (!this.keyAllowed) throw this.refuse("a mapping key is not allowed here");
      this.openBlock(cursor.column, -1, TokenKind.mappingStart, cursor.at);
    }
    this.dropKey();
    this.keyAllowed = !this.flow;
    this.push(TokenKind.key, 1);
  }

  private fetchValue(): void {
    const { cursor } = this;
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    if (this.isValid(key)) {
      this.insert(key.number, new Token(TokenKind.key, key.at, key.at, key.column));
      this.openBlock(key.column, key.number, TokenKind.mappingStart, key.at);
      key.possible = false;
      forget(key);
      this.keyAllowed = false;
    } else {
      if (!this.flow) {
        if (!this.keyAllowed) throw this.refuse("a mapping value is not allowed here");
        this.openBlock(cursor.column, -1, TokenKind.mappingStart, cursor.at);
      }
      this.keyAllowed = !this.flow;
    }
    this.push(TokenKind.value, 1);
  }

  private fetchProperty(kind: TokenKind): void {
    const key = this.saveKey();
    this.keyAllowed = false;
    const token = kind === TokenKind.tag ? scanTag(this.cursor) : scanAnchor(this.cursor, kind);
    this.append(token);
    this.setKeyToken(key, this.keys.length - 1, token);
  }

  private fetchScalar(quoted: boolean): void {
    const key = this.saveKey();
    const token = quoted ? scanQuoted(this.cursor) : scanPlain(this.cursor, this.indent + 1, this.flow);
    this.keyAllowed = !quoted && this.cursor.broken;
    this.append(token);
    this.setKeyToken(key, this.keys.length - 1, token);
  }

  /** Notes that an implicit key may begin here. @returns undefined if it may not */
  private saveKey(): SimpleKey | undefined {
    if (!this.keyAllowed) return undefined;
    const { cursor } = this;
    this.dropKey();
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    key.possible = true;
    key.required = !this.flow && this.indent === cursor.column;
    key.token = undefined;
    key.number = this.taken + this.tail - this.head;
    key.at = cursor.at;
    key.line = cursor.line;
    key.column = cursor.column;
    return key;
  }

  private setKeyToken(key: SimpleKey | undefined, level: number, token: Token): void {
    if (!key) return;
    key.token = token;
    token.keyLevel = level;
  }

  private dropKey(): void {
    const key = this.keys[this.keys.length - 1] as SimpleKey;
    if (!key.possible) return;
    if (key.required) throw refuse(this.text, key.at, "a key is not followed by a colon");
    key.possible = false;
    forget(key);
  }

  /** A key ends on its line and within 1024 characters. */
  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { cursor } = this;
    if (key.line === cursor.line && cursor.column - key.column <= MAX_KEY) return true;
    if (key.required) throw refuse(this.text, key.at, "a key is not followed by a colon");
    key.possible = false;
    return false;
  }

  /** Appends a token of ASCII characters at the cursor and passes it. */
  private push(kind: TokenKind, length: number): Token {
    const { cursor } = this;
    const { at, column } = cursor;
    cursor.skipText(length);
    const token = new Token(kind, at, at + length, column);
    this.append(token);
    return token;
  }

  private append(token: Token): void {
    this.tokens[this.tail] = token;
    this.tail += 1;
  }

  /** @param number the number that the token gets; -1 for the end of the queue */
  private insert(number: number, token: Token): void {
    const { tokens } = this;
    const place = number < this.taken ? this.tail : this.head + number - this.taken;
    for (let index = this.tail; index > place; index--) tokens[index] = tokens[index - 1] as Token;
    tokens[place] = token;
    this.tail += 1;
  }

  private refuse(message: string): Error {
    return refuse(this.text, this.cursor.at, message);
  }
}

/** The key's token no longer waits for a colon. An outdated key that was not forgotten goes on waiting, as in go-yaml. */
function forget(key: SimpleKey): void {
  if (key.token) key.token.keyLevel = -1;
}

function newKey(): SimpleKey {
  return { possible: false, required: false, token: undefined, number: 0, at: 0, line: 0, column: 0 };
}
