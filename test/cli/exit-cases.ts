/** The command lines and the bad inputs whose exit numbers are compared with sops. */

export interface ExitRow {
  readonly command: string;
  readonly input: string;
  readonly format: string;
  readonly exit: number;
}

export interface ExitFormat {
  readonly id: string;
  readonly suffix: string;
  /** Path of the one value, for `set` and `unset`. */
  readonly path: string;
}

export const FORMATS: readonly ExitFormat[] = [
  { id: "yaml", suffix: "yaml", path: '["token"]' },
  { id: "json", suffix: "json", path: '["token"]' },
  { id: "dotenv", suffix: "env", path: '["token"]' },
  { id: "ini", suffix: "ini", path: '["part"]["token"]' },
  { id: "binary", suffix: "bin", path: '["data"]' },
];

export const COMMANDS = [
  "decrypt",
  "encrypt",
  "set",
  "unset",
  "rotate",
  "updatekeys",
  "filestatus",
  "exec-env",
  "exec-file",
  "groups add",
] as const;
export type ExitCommand = (typeof COMMANDS)[number];

export const INPUTS = [
  "good",
  "plaintext",
  "encrypted",
  "conflict markers",
  "empty file",
  "directory",
  "missing file",
  "truncated file",
  "wrong MAC",
  "damaged value",
  "no key",
  "unknown suffix",
  "unknown type",
] as const;
export type ExitInput = (typeof INPUTS)[number];

const TEXTS: Readonly<Record<string, string>> = {
  yaml: 'token: abc\nother: "text of some length"\n',
  json: '{\n\t"token": "abc",\n\t"other": "text of some length"\n}\n',
  dotenv: "token=abc\nother=text of some length\n",
  ini: "[part]\ntoken = abc\nother = text of some length\n",
  binary: "some bytes\nof a file\n",
};

export function plainText(format: ExitFormat): string {
  return TEXTS[format.id] ?? "";
}

/** @returns what the file holds; undefined when there is none */
export function damage(input: ExitInput, usual: string, texts: { readonly plain: string; readonly encrypted: string }): string | undefined {
  switch (input) {
    case "plaintext":
      return texts.plain;
    case "encrypted":
      return texts.encrypted;
    case "conflict markers":
      return withConflict(usual);
    case "empty file":
      return "";
    case "directory":
    case "missing file":
      return undefined;
    case "truncated file":
      return usual.slice(0, Math.floor(usual.length / 2));
    case "wrong MAC":
      return texts.encrypted.replace(
        /(mac["=: ]+ENC\[AES256_GCM,data:)(.)/i,
        (_, start: string, char: string) => start + (char === "A" ? "B" : "A"),
      );
    case "damaged value":
      return texts.encrypted.replace(/(ENC\[AES256_GCM,data:)(.)/, (_, start: string, char: string) => start + (char === "A" ? "B" : "A"));
    case "good":
    case "no key":
    case "unknown suffix":
    case "unknown type":
      return usual;
  }
}

/** Both sides of a merge change the line with the token. */
function withConflict(text: string): string {
  const lines = text.split("\n");
  const at = Math.max(
    0,
    lines.findIndex((line) => line.includes("token") || line.includes("data")),
  );
  const line = lines[at] ?? "";
  return [...lines.slice(0, at), "<<<<<<< HEAD", line, "=======", line, ">>>>>>> theirs", ...lines.slice(at + 1)].join("\n");
}

export function argumentsFor(command: ExitCommand, format: ExitFormat, file: string, input: ExitInput, recipient: string): string[] {
  const type = input === "unknown type" ? ["--input-type", "nonsense"] : [];
  switch (command) {
    case "decrypt":
    case "filestatus":
      return [command, ...type, file];
    case "encrypt":
      return [command, ...type, ...(input === "no key" ? [] : ["--age", recipient]), file];
    case "set":
      return [command, ...type, file, format.path, '"new"'];
    case "unset":
      return [command, ...type, file, format.path];
    case "rotate":
      return [command, "-i", ...type, file];
    case "exec-env":
      return [command, file, "true"];
    case "exec-file":
      return [command, ...type, file, "cat {}"];
    case "groups add":
      return ["groups", "add", "-i", "--file", file, "--age", recipient, "--shamir-secret-sharing-threshold", "2"];
    case "updatekeys":
      return [command, "-y", ...type, file];
  }
}

/** A configuration that adds a recipient, so that `updatekeys` needs the data key. */
export function ownRule(recipients: readonly string[]): string {
  return `creation_rules:\n  - age: ${recipients.join(",")}\n`;
}
