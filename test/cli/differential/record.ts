/**
 * Runs every line with the real sops and records its answers in answers.json, with the encrypted files that they were given for.
 * Usage: node test/cli/differential/record.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANA } from "../../support/sotto.ts";
import { Scratch } from "../commands/scratch.ts";
import { type Answers, packAnswers, readAnswers } from "./answers.ts";
import { LINES } from "./lines.ts";
import { Bench, expand, typed } from "./replay.ts";
import { DAMAGED, ENCRYPTED, PLAIN } from "./fixtures.ts";

const plain: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(PLAIN).map(([name, text]) => [name, expand(text)]));

function makeFiles(): Record<string, string> {
  using scratch = new Scratch(ANA);
  const files = { ...plain };
  for (const [name, text] of Object.entries(files)) scratch.write(name, text);
  for (const [name, source, flags] of ENCRYPTED) {
    const who = flags.includes("--age") ? [] : ["--age", "$ANA"];
    const { exit, output, errors } = scratch.sops(["encrypt", ...flags.map(expand), ...who.map(expand), source]);
    if (exit !== 0) throw new Error(`${source}: ${errors}`);
    files[name] = output;
  }
  for (const [name, source, from, to] of DAMAGED) {
    const text = files[source] ?? "";
    if (!from.test(text)) throw new Error(`${source} has nothing to damage`);
    files[name] = text.replace(from, () => to);
  }
  return files;
}

// The encrypted files are kept unless asked otherwise, so that a new line is a small change.
const files = process.argv.includes("--files") ? makeFiles() : { ...readAnswers().files, ...plain };
const answers: Answers = { files, lines: {} };
{
  using bench = new Bench(files);
  for (const line of LINES) {
    const { errors: _, ...answer } = await bench.sops(line);
    answers.lines[typed(line)] = answer;
  }
}
const target: string = join(import.meta.dirname, "answers.json");
writeFileSync(target, packAnswers(answers));
process.stdout.write(`${Object.keys(readAnswers().lines).length} answers, ${readFileSync(target).length} bytes\n`);
