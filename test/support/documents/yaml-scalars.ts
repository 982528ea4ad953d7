/** Scalars and flow collections of random YAML documents. */
import { array, constant, constantFrom, letrec, oneof, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";
import { nasty, remark, secret } from "./words.ts";

export interface Layout {
  /** Columns a level. */
  readonly step: number;
  /** Sequences in the column of their key. */
  readonly indentless: boolean;
}

/** Line feeds in the text are followed by lines in the column of the children. */
export type PrintScalar = (layout: Layout) => string;

const number: Arbitrary<string> = constantFrom(
  ..."0 1 -1 +7 017 -017 0o17 0x1F 0b101 08 1_000 9007199254740993 9223372036854775807 -9223372036854775808".split(" "),
  ..."1.0 1.50 -0.0 .5 5. 1e3 1E-3 1e21 1e22 1e-7 123456789.125 1_0.5 .inf -.Inf .NaN 12345678901234567890123 18446744073709551616 0.1".split(
    " ",
  ),
);
const odd: Arbitrary<string> = constantFrom(
  ..."true True FALSE false null ~ Null yes no on off y n <<x 12:30 0o8 1e400 +1e _1 - ? : = a:b a#b <<"
    .split(" ")
    .filter((text) => !"- ? :".split(" ").includes(text)),
  ..."2024-01-02 2024-1-2 2001-12-14t21:59:43.10-05:00 2024-01-02T03:04:05Z 2024-01-02T03:04:05".split(" "),
  "2001-12-14 21:59:43.10",
  "2024-01-02 03:04:05.000000001",
);
const tagged: Arbitrary<string> = constantFrom(
  "!!str 123",
  "!!str",
  '!!int "5"',
  "!!float 1",
  "!foo bar",
  "!!timestamp 2024-01-02",
  "!!binary AAECAwQF",
  '!!bool "true"',
  "!!null ''",
  "&n1 anchored",
  "&n2 !!str 1.0",
);

export function single(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function double(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

const escapes: Arbitrary<string> = array(
  oneof(
    secret,
    constantFrom("\\n", "\\t", "\\x41", "\\u00e9", "\\U0001F600", "\\e", "\\0", "\\N", "\\_", '\\"', "\\\\", " ", "é", "😀", "\\r"),
  ),
  { minLength: 1, maxLength: 4 },
).map((parts) => `"${parts.join("")}"`);

const quoted: Arbitrary<string> = oneof(
  nasty.map(single),
  nasty.map(double),
  secret.map(single),
  secret.map(double),
  escapes,
  constantFrom("''", '""'),
);
const plain: Arbitrary<string> = oneof(
  { weight: 4, arbitrary: secret },
  { weight: 2, arbitrary: tuple(secret, secret).map((words) => words.join(" ")) },
  { weight: 2, arbitrary: number },
  { weight: 2, arbitrary: odd },
  { weight: 1, arbitrary: tagged },
  { weight: 1, arbitrary: constant("") },
);
const folded: Arbitrary<string> = oneof(
  tuple(secret, secret).map((words) => words.join("\n")),
  tuple(secret, secret, secret).map(([a, b, c]) => `"${a}\n${b} \\\n  \\ ${c}"`),
  tuple(secret, secret).map(([a, b]) => `'${a}\n\n${b}'`),
);

export const scalar: Arbitrary<PrintScalar> = oneof(
  { weight: 10, arbitrary: plain },
  { weight: 6, arbitrary: quoted },
  { weight: 1, arbitrary: folded },
).map((text) => () => text);

const flowScalar: Arbitrary<string> = oneof(
  { weight: 3, arbitrary: secret },
  { weight: 2, arbitrary: quoted },
  { weight: 1, arbitrary: number },
  { weight: 1, arbitrary: constantFrom("true", "null", "~", "2024-01-02", "a b", "!!str 1", "yes") },
);

const flows = letrec<{ value: string; list: string; map: string }>((tie) => {
  const gap = oneof(
    { weight: 6, arbitrary: constant(", ") },
    { weight: 1, arbitrary: constantFrom(",", " , ", ",\n  ", ",\n\n") },
    { weight: 1, arbitrary: remark.map((text) => `, #${text}\n  `) },
  );
  const edge = oneof(
    { weight: 6, arbitrary: constant("") },
    { weight: 1, arbitrary: constantFrom(" ", "\n", "\n  ") },
    { weight: 1, arbitrary: remark.map((text) => ` #${text}\n  `) },
  );
  const last = constantFrom("", "", "", ",", " ,", ",\n");
  const around = (open: string, close: string, entries: Arbitrary<readonly (readonly [string, string])[]>): Arbitrary<string> =>
    tuple(edge, entries, last, edge).map(([before, list, comma, after]) => {
      if (list.length === 0) return open + close;
      const joined = list.map(([text, between], index) => (index === list.length - 1 ? text : text + between)).join("");
      return open + before + joined + comma + after + close;
    });
  return {
    value: oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 5, arbitrary: flowScalar },
      { weight: 1, arbitrary: tie("list") },
      { weight: 1, arbitrary: tie("map") },
    ),
    list: around("[", "]", array(tuple(tie("value"), gap), { maxLength: 4 })),
    map: around(
      "{",
      "}",
      array(tuple(tie("value"), constantFrom("key", "host", "unencrypted"), constantFrom("", "", '"', "'"), gap), { maxLength: 3 }).map(
        (entries) =>
          entries.map(([value, name, quote, between], index) => [`${quote}f${index}_${name}${quote}: ${value}`, between] as const),
      ),
    ),
  };
});

/** `[…]` and `{…}`, over one or several lines. */
export const flow: Arbitrary<PrintScalar> = oneof(flows.list, flows.map).map((text) => () => text);
