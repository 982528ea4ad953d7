/** The recording of sops's answers. Texts that occur often are kept once. */
import { readFileSync } from "node:fs";
import type { Answer } from "./replay.ts";

export interface Answers {
  readonly files: Readonly<Record<string, string>>;
  readonly lines: Record<string, Answer>;
}

type Packed = readonly [line: string, exit: number, output: number, files: Readonly<Record<string, number>>];

interface Recording {
  readonly files: Readonly<Record<string, string>>;
  readonly texts: readonly (string | null)[];
  readonly lines: readonly Packed[];
}

export function packAnswers({ files, lines }: Answers): string {
  const texts: (string | null)[] = [];
  const places = new Map<string | null, number>();
  const place = (text: string | null): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, texts.length);
    texts.push(text);
    return texts.length - 1;
  };
  const packed = Object.entries(lines).map(([line, { exit, output, files: changed }]): Packed => [
    line,
    exit,
    // Help is worded in another way; that it is shown is all that is compared.
    place(isHelp(output) ? HELP : output),
    Object.fromEntries(Object.entries(changed).map(([name, text]) => [name, place(text)])),
  ]);
  return `{\n"files": ${JSON.stringify(files, undefined, 2)},\n"texts": ${rows(texts)},\n"lines": ${rows(packed)}\n}\n`;
}

function rows(all: readonly unknown[]): string {
  return `[\n${all.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]`;
}

export function readAnswers(): Answers {
  const { files, texts, lines }: Recording = JSON.parse(readFileSync(new URL("answers.json", import.meta.url), "utf8"));
  return {
    files,
    lines: Object.fromEntries(
      lines.map(([line, exit, output, changed]) => [
        line,
        {
          exit,
          output: texts[output] ?? "",
          files: Object.fromEntries(Object.entries(changed).map(([name, at]) => [name, texts[at] ?? null])),
        },
      ]),
    ),
  };
}

export const HELP = "(help)";

export function isHelp(output: string): boolean {
  return /^NAME:\n {3}sops|^Incorrect Usage|^sotto.* - .*\n\nusage: sotto/m.test(output);
}

/** What a line prints, with help as one word. */
export function withoutHelp(output: string): string {
  return isHelp(output) ? HELP : output;
}
