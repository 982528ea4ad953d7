/** Does a plaintext value look like a secret? Rather too few than too many: a warning that is wrong is soon ignored. */

const SHAPES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
  ["an age identity", /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20,}/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}\b/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ["a Stripe key", /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}\b/],
  ["a token in three parts (JWT)", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ["an address with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/:@]{6,}@/],
];

/** Of random text; words and names of things have less. In bits a character. */
const RANDOM = 4.3;
const MIN_LENGTH = 24;

/** @returns what it looks like, undefined for what looks like nothing */
export function lookLikeSecret(text: string): string | undefined {
  const shape = SHAPES.find(([, pattern]) => pattern.test(text))?.[0];
  if (shape !== undefined) return shape;
  const isToken = /^[A-Za-z0-9+/=_-]+$/.test(text) && text.length >= MIN_LENGTH && /\d/.test(text) && /[A-Za-z]/.test(text);
  return isToken && entropy(text) >= RANDOM ? "random text" : undefined;
}

/** Shannon's, of the characters. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
