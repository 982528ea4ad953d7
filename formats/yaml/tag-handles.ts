/** The handles of tags that are known in a document, and what they stand for. */
import { refuse, type Token } from "./tokens.ts";

const DEFAULTS: readonly (readonly [string, string])[] = [
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
];

export class TagHandles {
  private readonly source: string;
  private readonly prefixes = new Map<string, string>();

  constructor(source: string) {
    this.source = source;
  }

  /** Takes in a `%TAG` directive. */
  declare(token: Token): void {
    if (this.prefixes.has(token.value)) throw refuse(this.source, token.start, "a second %TAG directive for the same handle");
    this.prefixes.set(token.value, token.suffix);
  }

  /** Adds the handles that every document has, unless a directive said otherwise. */
  addDefaults(): void {
    for (const [handle, prefix] of DEFAULTS) if (!this.prefixes.has(handle)) this.prefixes.set(handle, prefix);
  }

  clear(): void {
    this.prefixes.clear();
  }

  /** The tag in full. */
  expand(token: Token): string {
    if (token.value === "") return token.suffix;
    const prefix = this.prefixes.get(token.value);
    if (prefix === undefined) throw refuse(this.source, token.start, "a tag has an undefined handle");
    return prefix + token.suffix;
  }
}
