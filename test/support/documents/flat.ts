/** Random dotenv, INI and binary files. */
import { array, boolean, constant, constantFrom, oneof, string, tuple, uint8Array } from "fast-check";
import type { Arbitrary } from "fast-check";
import { decodeText } from "../../../src/model/text.ts";
import { nasty, remark, secret, stem } from "./words.ts";

const flatValue: Arbitrary<string> = oneof(
  { weight: 4, arbitrary: secret },
  { weight: 2, arbitrary: tuple(secret, secret).map((words) => words.join(" ")) },
  { weight: 2, arbitrary: nasty },
  { weight: 1, arbitrary: constantFrom("", "1", "1.0", "true", "a=b", "null", "<nil>", "'q'", "2024-01-02", " pad ", "é😀") },
);

const envLine: Arbitrary<(index: number) => string> = oneof(
  {
    weight: 8,
    arbitrary: tuple(stem, flatValue).map(
      ([end, value]) =>
        (index: number) =>
          `K${index}_${end}=${value}`,
    ),
  },
  {
    weight: 1,
    arbitrary: tuple(
      constantFrom("export K=", " PAD = ", "=", "SAME=", 'QUOTED="', "ESC=a\\nb\\n", "BACK=c:\\\\new", "RAW=\uDC80\uDCFF"),
      flatValue,
    ).map(
      ([start, value]) =>
        () =>
          start + value,
    ),
  },
  { weight: 2, arbitrary: remark.map((text) => () => `#${text}`) },
  { weight: 1, arbitrary: constant(() => "") },
);

/** With CR LF there are no blank lines, which no release can read there. */
export const dotenvDocuments: Arbitrary<string> = tuple(
  array(envLine, { maxLength: 10 }),
  constantFrom("\n", "\n", "\n", "\r\n"),
  boolean(),
  constantFrom("", "", "", "", "\uFEFF"),
).map(([lines, end, final, bom]) => {
  const printed = lines.map((print, index) => print(index)).filter((line) => end === "\n" || line !== "");
  if (printed.length === 0) return bom === "" ? "" : `${bom}A=1`;
  // A comment behind a BOM is no comment.
  const start = bom !== "" && !(printed[0] ?? "").includes("=") ? `${bom}A=1${end}` : bom;
  return start + printed.join(end) + (final ? end : "");
});

/**
 * No backslash in front of a mark: the part behind may be joined with the comment lines above, and sotto refuses a value that only reads
 * back while something stands behind it.
 */
const iniValue: Arbitrary<string> = oneof(
  { weight: 5, arbitrary: flatValue.map((text) => text.replaceAll(/\\(?=\s*[#;])/g, "/")) },
  { weight: 1, arbitrary: secret.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: secret.map((text) => `\`${text};#\``) },
  { weight: 1, arbitrary: tuple(secret, secret).map(([one, two]) => `"""${one}\n${two}"""`) },
  { weight: 1, arbitrary: tuple(secret, secret).map(([one, two]) => `${one}\\\n  ${two}`) },
  { weight: 1, arbitrary: tuple(secret, remark).map(([one, text]) => `${one} ;${text}`) },
);

const iniLine: Arbitrary<(index: number) => string> = oneof(
  {
    weight: 6,
    arbitrary: tuple(stem, constantFrom(" = ", "=", ":", "   =", "\t= "), iniValue, constantFrom("", "", "", "  ")).map(
      ([end, separator, value, pad]) =>
        (index: number) =>
          `${pad}k${index}_${end}${separator}${value}`,
    ),
  },
  {
    weight: 1,
    arbitrary: tuple(constantFrom('"a=b"', "`q r`", "a.b", "é"), secret).map(
      ([name, value]) =>
        (index: number) =>
          `${name.replace(/(.)$/, `${index}$1`)} = ${value}`,
    ),
  },
  { weight: 2, arbitrary: tuple(constantFrom(";", "#"), remark).map((parts) => () => parts.join("")) },
  { weight: 1, arbitrary: constant(() => "") },
);

const section: Arbitrary<readonly ((index: number) => string)[]> = tuple(
  oneof(
    { weight: 6, arbitrary: stem.map((end) => `[s_${end}]`) },
    { weight: 1, arbitrary: constantFrom("[DEFAULT]", "[a.b]", "[s p a c e]", "[s] ; behind", "[same]") },
  ),
  array(iniLine, { maxLength: 5 }),
).map(([head, lines]) => [() => head, ...lines]);

export const iniDocuments: Arbitrary<string> = tuple(
  array(iniLine, { maxLength: 3 }),
  array(section, { maxLength: 3 }),
  constantFrom("\n", "\n", "\n", "\r\n"),
  boolean(),
  constantFrom("", "", "", "", "\uFEFF"),
).map(([head, sections, end, final, bom]) => {
  const text = [...head, ...sections.flat()].map((print, index) => print(index)).join("\n");
  return bom + (final ? `${text}\n` : text).replaceAll("\n", end);
});

export const binaryDocuments: Arbitrary<string> = oneof(
  uint8Array({ maxLength: 200 }).map((bytes) => decodeText(bytes)),
  string({ unit: "grapheme", maxLength: 60 }),
  secret.map((text) => `{"data": "${text}", "sops": {}}`),
);
