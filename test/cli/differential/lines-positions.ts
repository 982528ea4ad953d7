/** Where a flag may stand, and how it may be written: before the command, before the file, behind it. */
import type { Line } from "./replay.ts";

type Flag = readonly [name: string, value?: string];

const DECRYPT: readonly Flag[] = [
  ["output-type", "json"],
  ["input-type", "yaml"],
  ["extract", '["name"]'],
  ["output", "out.yaml"],
  ["filename-override", "x.json"],
  ["decryption-order", "age,pgp"],
  ["ignore-mac"],
  ["in-place"],
  ["i"],
  ["enable-local-keyservice"],
];
const ENCRYPT: readonly Flag[] = [
  ["age", "$BEN"],
  ["a", "$ANA,$BEN"],
  ["output-type", "json"],
  ["encrypted-regex", "^name$"],
  ["unencrypted-suffix", "e"],
  ["shamir-secret-sharing-threshold", "1"],
  ["filename-override", "y.yaml"],
  ["output", "out.yaml"],
  ["in-place"],
];
const ROTATE: readonly Flag[] = [
  ["add-age", "$BEN"],
  ["rm-age", "$BEN"],
  ["in-place"],
  ["i"],
  ["output", "out.yaml"],
  ["output-type", "json"],
  ["ignore-mac"],
];

/** `--name value`, `--name=value`, `-name value`, `-name=value`. */
function spellings([name, value]: Flag): readonly (readonly string[])[] {
  if (value === undefined) return [[`--${name}`], [`-${name}=true`], [`--${name}=F`]];
  return [[`--${name}`, value], [`--${name}=${value}`], [`-${name}`, value], [`-${name}=${value}`]];
}

function place(old: string, command: string, flags: readonly Flag[], more: readonly string[], file: string): Line[] {
  return flags.flatMap((flag) =>
    spellings(flag).flatMap((words) => {
      const isSwallowing = flag[1] === undefined;
      return [
        [old, ...more, ...words, file],
        [...words, old, ...more, file],
        [old, ...more, file, ...words],
        [command, ...more, ...words, file],
        [...words, command, ...more, file],
        // sops takes a word behind a boolean for its value, so nothing follows here.
        [command, ...more, file, ...words],
        ...(isSwallowing ? [] : [[command, ...words, file, ...more]]),
      ].map((argv): Line => ({ argv }));
    }),
  );
}

const before: Line[] = [
  ["--indent", "2", "decrypt", "enc.yaml"],
  ["--mac-only-encrypted", "encrypt", "--age", "$ANA", "plain.yaml"],
  ["--ignore-mac", "decrypt", "bad-mac.yaml"],
  ["--ignore-mac", "set", "bad-mac.yaml", '["name"]', '"x"'],
  ["--encrypted-regex", "x", "encrypt", "--age", "$ANA", "plain.yaml"],
  ["--set", '["name"] "x"', "decrypt", "enc.yaml"],
  ["--extract", '["name"]', "decrypt", "enc.yaml"],
  ["--extract", '["name"]', "filestatus", "enc.yaml"],
  ["-d", "filestatus", "enc.yaml"],
  ["-i", "rotate", "enc.yaml"],
  ["--decryption-order", "age,age", "decrypt", "enc.yaml"],
].map((argv) => ({ argv }));

export const POSITION_LINES: readonly Line[] = [
  ...place("-d", "decrypt", DECRYPT, [], "enc.yaml"),
  ...place("-e", "encrypt", ENCRYPT, ["--age", "$ANA"], "plain.yaml"),
  ...place("-r", "rotate", ROTATE, [], "for-both.yaml"),
  ...before,
];
