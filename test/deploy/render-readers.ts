/** Readers by the documented rules, where no real one can be had from a registry. Written from the documents, not from the writer. */

/** `docker run --env-file`: a comment begins with #, a name ends at the first =, the value is the rest of the line as it is. */
export function readDockerEnv(text: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (Buffer.byteLength(line) >= 64 * 1024) throw new Error("token too long");
    const trimmed = line.replace(/\r$/, "").replace(/^[ \t]+/, "");
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const at = trimmed.indexOf("=");
    const name = at === -1 ? trimmed : trimmed.slice(0, at);
    if (/\s/.test(name)) throw new Error(`variable '${name}' contains whitespaces`);
    if (at !== -1) found.push([name, trimmed.slice(at + 1)]);
  }
  return Object.fromEntries(found);
}

const strip = (part: string): string => part.replaceAll(/^[\t\n\v\f\r ]+|[\0\t\n\v\f\r ]+$/g, "");

/** A dotenv report of GitLab: every line is NAME=VALUE, both without blanks around them, with no quotes. */
export function readGitlabReport(text: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (text === "") continue;
    const match = /^(.*?)=(.*)$/s.exec(line);
    if (match === null) throw new Error("Invalid Format");
    const name = strip(match[1] ?? "");
    if (!/^\w+$/.test(name)) throw new Error(`key ${name}`);
    found.push([name, strip(match[2] ?? "")]);
  }
  return Object.fromEntries(found);
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, '"': 34, "'": 39, s: 32 };

/** `SetCredential=NAME:VALUE` in a unit: blanks around the line go, and the value has C's escapes. */
export function readCredentials(unit: string): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const line of unit.replace(/\n$/, "").split("\n")) {
    if (unit === "") continue;
    const match = /^SetCredential=([^:]+):(.+)$/.exec(line.replaceAll(/^[ \t]+|[ \t]+$/g, ""));
    if (match === null) throw new Error(`Invalid syntax, ignoring: ${line.slice(0, 40)}`);
    found.set(match[1] ?? "", unescapeC(match[2] ?? ""));
  }
  return found;
}

function unescapeC(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char !== "\\") {
      bytes.push(...Buffer.from(char));
      continue;
    }
    at += 1;
    const kind = text[at] ?? "";
    const simple = SIMPLE[kind];
    if (simple !== undefined) bytes.push(simple);
    else if (kind === "x" && /^[0-9a-f]{2}$/i.test(text.slice(at + 1, at + 3))) {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else throw new Error(`Failed to unescape ${kind}`);
  }
  return Uint8Array.from(bytes);
}

/** The part of a runner of GitHub Actions that hides values in a log and reads the file of a step. */
export class SimulatedRunner {
  readonly #masks: string[] = [];

  /** A line that a step printed, as it would be in the log. */
  log(line: string): string {
    const command = /^\s*::add-mask::(.*)$/s.exec(line);
    if (command !== null) {
      const text = (command[1] ?? "").replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
      if (text.trim() === "") throw new Error("Can't add secret mask for empty string");
      this.#masks.push(text);
      return "::add-mask::***";
    }
    return this.#masks.toSorted((left, right) => right.length - left.length).reduce((hidden, mask) => hidden.replaceAll(mask, "***"), line);
  }

  /** @throws Error as the runner fails the step */
  static read(file: string): Readonly<Record<string, string>> {
    const found: [string, string][] = [];
    let at = 0;
    const line = (): string | undefined => {
      if (at >= file.length) return undefined;
      const end = file.indexOf("\n", at);
      const text = file.slice(at, end === -1 ? file.length : end);
      at = end === -1 ? file.length : end + 1;
      return text;
    };
    for (let head = line(); head !== undefined; head = line()) {
      if (head === "") continue;
      const equals = head.indexOf("=");
      const heredoc = head.indexOf("<<");
      if (equals !== -1 && (heredoc === -1 || equals < heredoc)) found.push([head.slice(0, equals), head.slice(equals + 1)]);
      else if (heredoc > 0) {
        const end = head.slice(heredoc + 2);
        const lines: string[] = [];
        for (let next = line(); next !== end; next = line()) {
          if (next === undefined) throw new Error(`Invalid value. Matching delimiter not found '${end}'`);
          lines.push(next);
        }
        found.push([head.slice(0, heredoc), lines.join("\n")]);
      } else throw new Error(`Invalid format '${head}'`);
    }
    return Object.fromEntries(found);
  }
}
