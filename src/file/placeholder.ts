/** Values that somebody meant to replace. */

const PLACEHOLDER =
  /^(?:todo|fixme|tbd|dummy|example|sample|foo|bar|foobar|test|none|null|undefined|n\/a|secret|password|placeholder|x{3,}|\*{3,}|\.{3,}|-{3,}|<[^<>\n]*>|\[[A-Za-z][\w -]*\]|\$\{[^{}\n]*\}|\{\{[^{}\n]*\}\}|%\w+%)$|change[-_ ]?(?:me|it|this)(?![a-z])|replace[-_ ]?(?:me|this)(?![a-z])|^(?:your|insert|put|enter|my)[-_ ].*(?:here|key|token|secret|password)|^(?:dummy|example|sample|fake|placeholder)[-_ ]|[-_ ](?:dummy|example|placeholder)$/i;

/** Placeholders are short; and a pattern should not run over a whole certificate. */
const MOST_PLACEHOLDER = 80;

export function looksLikePlaceholder(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length <= MOST_PLACEHOLDER && PLACEHOLDER.test(trimmed);
}
