import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern, compileWithEngine } from "../../src/policy/re2.ts";
import { compileSimple } from "../../src/policy/simple-pattern.ts";

/** Recorded with the regexp package of Go 1.26.8: which texts a pattern matches, null where it does not compile. */
interface Vectors {
  readonly texts: readonly string[];
  readonly patterns: readonly { readonly pattern: string; readonly hits: readonly number[] | null }[];
}
const vectors: Vectors = JSON.parse(readFileSync(new URL("re2-vectors.json", import.meta.url), "utf8"));

test("every recorded pattern compiles and matches as in Go", async () => {
  expect(vectors.patterns.length).toBe(139);
  for (const { pattern, hits } of vectors.patterns) {
    const compiled = await compilePattern(pattern);
    const found = compiled === undefined ? null : vectors.texts.flatMap((text, index) => (compiled.test(text) ? [index] : []));
    expect({ pattern, hits: found }).toEqual({ pattern, hits });
  }
});

const letters = fc.constantFrom("a", "b", "k", "A", "é", "😀", "_", "/", " ", "\n", "-");
const literal = fc
  .array(fc.oneof({ weight: 4, arbitrary: letters }, fc.constantFrom("\\.", "\\-", "\\_", "\\\\", "\\/", "\\$", "\\|", "\\(")), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));
const alternatives = fc
  .tuple(fc.constantFrom("(", "(?:"), fc.array(literal, { minLength: 1, maxLength: 3 }))
  .map(([open, words]) => `${open}${words.join("|")})`);
const shape = fc.tuple(fc.constantFrom("", "^"), fc.oneof(literal, alternatives), fc.constantFrom("", "$")).map((parts) => parts.join(""));
const text = fc
  .array(fc.oneof(letters, fc.constantFrom(".", "\\", "$", "|", "(", "\uDCFF", "\uFFFD")), { maxLength: 8 })
  .map((parts) => parts.join(""));

test("patterns that are matched as strings match what the engine matches", async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(shape, fc.array(text, { minLength: 4, maxLength: 12 }), async (source, texts) => {
      const [quick, engine] = await Promise.all([compilePattern(source), compileWithEngine(source)]);
      expect(quick).toBeDefined();
      const bare = source.replaceAll(/[\^$()|\\]|\?:/g, "");
      for (const one of [...texts, bare, `${bare}x`, `x${bare}`]) {
        const answer = quick?.test(one);
        if (answer) hits += 1;
        expect({ one, answer }).toEqual({ one, answer: engine?.test(one) });
      }
    }),
    { numRuns: 2000 },
  );
  expect(hits).toBeGreaterThan(2000);
});

const pieces = String.raw`a b k s . * + ? *? ?? ( ) (?: | ^ $ \ { } {2} ] [ é 😀 - / (?i) (?i)k (?i)S \. \- \d \w \s \b .* .+ [^/]+ [^/]* [a-k]
  [^a-k]+ [a-] [-a] [k] [a_-] [é-😀] [\.] [^\n] [b-a] [a-b-k] [a-b-] [^a-b-]+ [+--] []a] [^]a] [] (a|k) (?:a|) (a.|b+) (a)*`;
const piece = fc.constantFrom(...pieces.split(/\s+/));
const loose = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(""));
const subject = fc
  .array(fc.oneof(letters, fc.constantFrom("s", "S", "K", "\u212A", "ſ", "9", ".", "]", "\uDCFF", "\uFFFD", "aa")), { maxLength: 6 })
  .map((parts) => parts.join(""));

test("arbitrary patterns are treated alike by all paths", async () => {
  const seen = { simple: 0, hits: 0 };
  await fc.assert(
    fc.asyncProperty(loose, fc.array(subject, { minLength: 4, maxLength: 8 }), async (pattern, texts) => {
      const [quick, engine] = await Promise.all([compilePattern(pattern), compileWithEngine(pattern)]);
      expect(quick === undefined).toBe(engine === undefined);
      if (compileSimple(pattern) !== undefined) seen.simple += 1;
      for (const one of texts) {
        const answer = quick?.test(one);
        if (answer) seen.hits += 1;
        expect({ one, answer }).toEqual({ one, answer: engine?.test(one) });
      }
    }),
    { numRuns: 6000 },
  );
  expect(seen.simple).toBeGreaterThan(1000);
  expect(seen.hits).toBeGreaterThan(3000);
});

test.each([
  "secrets/.*\\.yaml$",
  "^secrets/(dev|prod)/[^/]+\\.enc\\.ya?ml$",
  ".*",
  "(?i)password",
  "^[a-z0-9_-]+\\.env$",
  "\\.prod\\d*\\.",
])("%s needs no engine", (pattern) => {
  expect(compileSimple(pattern)).toBeDefined();
});

test.each(["a|b", "(a(b))", "(a)*", "a{2}", "(?s).", "\\bkey", "[[:alpha:]]", "a**", "(", "[", "\\", "[b-a]", "^*", "a\\Z"])(
  "%s is left to the engine",
  (pattern) => {
    expect(compileSimple(pattern)).toBeUndefined();
  },
);

test("a simple pattern takes time in proportion to the text", async () => {
  const pattern = await compilePattern("^a*a*a*a*a*a*a*a*$");
  expect(pattern?.test(`${"a".repeat(100_000)}b`)).toBe(false);
});

test("a byte that is not UTF-8 counts as one U+FFFD, and a pattern that holds one does not compile", async () => {
  expect((await compilePattern("^..$"))?.test("a\uDCFF")).toBe(true);
  expect((await compilePattern("\\x{FFFD}"))?.test("\uDC80")).toBe(true);
  expect(await compilePattern("a\uDCFF")).toBeUndefined();
});

test("a pattern that would make a backtracking engine hang is answered at once", async () => {
  const pattern = await compilePattern("^(a+)+$");
  expect(pattern?.test(`${"a".repeat(50_000)}b`)).toBe(false);
});
