/** A source of identities, or an identity, that cannot be used: it stands in the way of no other. */
export class SourceError extends Error {
  readonly hints: readonly string[];

  /** @param message in sops's words where it has some, and without any part of a key; `hints` are ours */
  constructor(message: string, hints: readonly string[] = []) {
    super(message);
    this.hints = hints;
  }
}
