/** A guess at how hard a text is to guess. It only warns; it proves nothing. */

export type Strength = "none" | "low" | "fair" | "high";

/** Bits from which on a text counts as fair, and as high. */
const FAIR = 40;
const HIGH = 80;
/** More characters than that are not needed to reach the top. */
const ENOUGH = 512;

/** What everybody tries first; each counts as one character. */
const COMMON =
  /password|passwort|passwd|secret|letmein|welcome|qwertz|qwerty|azerty|asdf|admin|root|user|login|test|monkey|dragon|abc123/gi;

/** Something that stands three times in a row, or more. */
const REPEATED = /(.{1,16}?)\1{2,}/gs;

export function strengthOf(text: string): Strength {
  const bits = guessBits(text.slice(0, ENOUGH).trim());
  if (bits === 0) return "none";
  if (bits < FAIR) return "low";
  return bits < HIGH ? "fair" : "high";
}

/** Whether {@link REPEATED} would find something, told in a time that grows with the text alone. */
function isRepeating(text: string): boolean {
  for (let period = 1; period <= 16; period += 1) {
    let run = 0;
    for (let at = period; at < text.length; at += 1) {
      run = text.charCodeAt(at) === text.charCodeAt(at - period) ? run + 1 : 0;
      if (run >= 2 * period) return true;
    }
  }
  return false;
}

function guessBits(text: string): number {
  const uncommon = text.replace(COMMON, "\0");
  const rest = isRepeating(uncommon) ? uncommon.replace(REPEATED, "$1") : uncommon;
  let length = 0;
  let before = Number.NaN;
  const different = new Set<string>();
  for (const char of rest) {
    const code = char.codePointAt(0) ?? 0;
    // Runs (aa) and rows (abc, 321) add little.
    length += Math.abs(code - before) <= 1 ? 0.25 : 1;
    different.add(char);
    before = code;
  }
  const perCharacter = bitsPerCharacter(rest);
  const isRepetitive = rest.length > 2 * different.size;
  return length * (isRepetitive ? Math.min(perCharacter, Math.log2(different.size + 1)) : perCharacter);
}

function bitsPerCharacter(text: string): number {
  // Words of a language or of a passphrase: letters follow each other by rule.
  if (/^[A-Z]?[a-z]*(?:[ _.-][A-Z]?[a-z]+)*$/.test(text)) return 2.7;
  let pool = 0;
  if (/[a-z]/.test(text)) pool += /[g-z]/.test(text) ? 26 : 6;
  if (/[A-Z]/.test(text)) pool += /[G-Z]/.test(text) ? 26 : 6;
  if (/\d/.test(text)) pool += 10;
  if (/[^A-Za-z\d]/.test(text)) pool += 12;
  return Math.log2(pool + 1);
}
