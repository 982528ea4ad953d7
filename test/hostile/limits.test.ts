/** Documents and patterns that are too much of something: right or refused, in the time and memory of an ordinary file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilePattern } from "../../src/policy/re2.ts";
import { bundle } from "../faults/bundle.ts";
import { ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";

/** Seconds of CPU; a second on a quiet machine, and twice that on a busy one. */
const SECONDS = 2;
/** MiB that the program may ever have resident, Node itself with its 50 included. */
const MEMORY = 256;
/** Tells at the end what the most was, in KiB. */
const TELL = `data:text/javascript,process.on("exit",()=>process.stderr.write("\\nmost:"+process.resourceUsage().maxRSS))`;

let program = "";
let folder = "";
beforeAll(async () => {
  program = await bundle("src/cli/main.ts");
  folder = mkdtempSync(join(tmpdir(), "sotto-limits-"));
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(dirname(program), { recursive: true });
});

interface Ran {
  /** -1 for more memory than {@link MEMORY}, null for more time than {@link SECONDS}. */
  readonly exit: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A shell's limit on CPU time: who needs more is killed, which is no exit. */
function run(args: readonly string[], input?: string): Ran {
  const script = `ulimit -t ${SECONDS}; exec "$0" --import '${TELL}' "$@"`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, program, ...args], {
    cwd: folder,
    env: { HOME: folder, XDG_CONFIG_HOME: folder, ...ANA },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    ...(input === undefined ? {} : { input }),
  });
  const [errors = "", most] = stderr.split("\nmost:");
  if (most === undefined && status !== null) throw new Error(`nobody told how much memory it was: ${stderr}`);
  return { exit: Number(most) / 1024 > MEMORY ? -1 : status, output: stdout, errors };
}

const encrypt = (name: string, text: string, ...more: readonly string[]): Ran => {
  writeFileSync(join(folder, name), text);
  return run(["encrypt", "--age", vectorRecipient("ana"), ...more, name]);
};

/** Encrypts and decrypts. @returns what came of it: the same text, or a refusal that says why; anything else as it is */
function rightOrRefused(name: string, text: string): string {
  const sealed = encrypt(name, text);
  if (sealed.exit === null || (sealed.exit !== 0 && !sealed.errors.startsWith("error: ")))
    return `ended with ${sealed.exit}: ${sealed.errors}`;
  if (sealed.exit !== 0) return "refused";
  writeFileSync(join(folder, `sealed.${name}`), sealed.output);
  const plain = run(["decrypt", `sealed.${name}`]);
  if (plain.exit !== 0) return `decrypt ended with ${plain.exit}: ${plain.errors}`;
  return plain.output === text ? "right" : "another text";
}

const READERS = 10_000;
const aliases = (levels: number): string =>
  `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 9 }, () => `*a${at}`).join(", ")}]\n`).join("")}`;

describe("documents", () => {
  test.each<[string, string, string, string]>([
    ["aliases that stand for a billion values", "bomb.yaml", aliases(9), "refused"],
    ["20,000 mappings in each other, as flow", "deep.yaml", `${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}\n`, "refused"],
    ["20,000 lists in each other, in JSON", "deep.json", `{"a":${"[".repeat(20_000)}1${"]".repeat(20_000)}}\n`, "refused"],
    ["a thousand mappings in each other", "deepish.json", `${'{"a":'.repeat(900)}1${"}".repeat(900)}\n`, "right"],
    ["a number without bounds", "huge.yaml", "a: 1e400\n", "right"],
    ["an integer beyond 2^53", "big.json", '{\n\t"a": 9007199254740993\n}\n', "right"],
    ["an integer beyond 2^53 in YAML", "big.yaml", "a: 9007199254740993\n", "right"],
    ["one key twice", "twice.yaml", "a: 1\na: 2\n", "refused"],
    ["names of JavaScript's own", "proto.yaml", "__proto__: 1\nconstructor: {prototype: {x: 1}}\ntoString: 2\n", "right"],
    ["names of JavaScript's own in JSON", "proto.json", '{\n\t"__proto__": {"x": 1},\n\t"constructor": 2\n}\n', "right"],
    ["a zero byte", "zero.yaml", "a: \u0000b\n", "refused"],
    ["half of a pair of surrogates", "half.json", '{"a": "\\ud800"}\n', "right"],
    ["a text of four megabytes", "long.env", `A=${"x".repeat(4_000_000)}\n`, "right"],
  ])("%s", (_, name, text, wanted) => {
    expect(rightOrRefused(name, text)).toBe(wanted);
    expect(({} as { readonly x?: unknown }).x).toBeUndefined();
  });

  test("UTF-8 that is longer than it has to be is no text", () => {
    writeFileSync(join(folder, "overlong.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xc0, 0xaf, 0x0a]));
    const { exit, errors } = run(["encrypt", "--age", vectorRecipient("ana"), "overlong.yaml"]);
    expect(exit).not.toBe(0);
    expect(errors).toMatch(/^error: /);
  });

  test("a byte order mark and lines that end in two characters", () => {
    expect(rightOrRefused("crlf.json", '\uFEFF{\r\n\t"a": 1\r\n}\r\n')).not.toMatch(/^(?:ended|decrypt)/);
    expect(rightOrRefused("crlf.env", "A=1\r\nB=2\r\n")).not.toMatch(/^(?:ended|decrypt)/);
  });

  test.each([
    ["aliases", aliases(9)],
    ["depth", `creation_rules: ${"[".repeat(20_000)}`],
    ["names", "__proto__: {x: 1}\ncreation_rules: [{__proto__: {age: x}}]\n"],
  ])("a configuration that is too much: %s", (name, text) => {
    writeFileSync(join(folder, "config.yaml"), text);
    writeFileSync(join(folder, "plain.yaml"), "a: 1\n");
    const { exit, errors } = run(["--config", "config.yaml", "encrypt", "--filename-override", "x.yaml", "plain.yaml"]);
    expect([name, exit, /^error: /m.test(errors)]).toEqual([name, 1, true]);
  });

  test("ten thousand readers that nobody knows, before the one who reads", () => {
    const sealed = encrypt("readers.yaml", "a: one\n").output;
    const entry = /(?<= {4}age:\n)[\s\S]*?(?= {4}lastmodified)/.exec(sealed)?.[0] ?? "";
    expect(entry).toContain("BEGIN AGE");
    const stranger = entry
      .replace(vectorRecipient("ana"), vectorRecipient("ben"))
      .replace(/(?<=BEGIN AGE.*\n)[^-]*/, "            YWdl\n            ");
    writeFileSync(
      join(folder, "readers.yaml"),
      sealed.replace(entry, () => stranger.repeat(READERS) + entry),
    );
    const { exit, output } = run(["decrypt", "readers.yaml"]);
    expect([exit, output]).toEqual([0, "a: one\n"]);
  });

  test("four megabytes of Base64 in a token are a wrong token", () => {
    const sealed = encrypt("token.yaml", "a: one\n").output;
    writeFileSync(join(folder, "large.yaml"), sealed.replace(/data:[^,]*/, `data:${"QUJD".repeat(1_000_000)}`));
    expect(run(["decrypt", "large.yaml"]).exit).toBe(25);
  });
});

describe("patterns", () => {
  const EVIL = ["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){25}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "([a-zA-Z]+)*$", "(?:a*)*b"];
  test.each(EVIL)("a selector: %s", (pattern) => {
    const { exit } = encrypt("redos.yaml", `${"a".repeat(1000)}: 1\nb: 2\n`, "--encrypted-regex", pattern);
    expect([0, 204]).toContain(exit);
  });

  /** Two hundred of them, from every way to make a pattern that backtracks. */
  const MANY: readonly string[] = ["a+", "a*", "(a|a)", "(a|aa)", "(a|b|ab)", "[a-z]+", "\\w+", ".*", "(?:a?)", "a{1,20}"].flatMap(
    (inner) =>
      [
        "(X)+$",
        "(X)*b",
        "(X)+(X)+c",
        "^(X|X)*$",
        "(X{2,9})*!",
        "((X)+)+$",
        "(X)*?b",
        "X(X)*X$",
        "(?i:X)+0",
        "(X|\\s)+$",
        "(X.)*-",
        "(.X){5}",
        "^X*X*X*1",
        "(X?){30}2",
        "(X+X+)+y",
        "(?:X|)+3",
        "(X)+\\b4",
        "[^b]*(X)+5",
        "(?s:X.)+6",
        "(X$|X)+7",
      ].map((outer) => outer.replaceAll("X", inner)),
  );
  test("two hundred against a long text, each in 50 ms", async () => {
    expect(MANY).toHaveLength(200);
    const text = `${"a".repeat(2000)}\u0000`;
    const slow: string[] = [];
    for (const pattern of MANY) {
      const compiled = await compilePattern(pattern);
      // What is only slow because something else ran meanwhile is fast the next time.
      const times = [0, 1, 2].map(() => {
        const start = performance.now();
        compiled?.test(text);
        return performance.now() - start;
      });
      if (Math.min(...times) > 50) slow.push(pattern);
    }
    expect(slow).toEqual([]);
  });

  test("path rules", () => {
    const rules = EVIL.map((pattern) => `  - path_regex: '${pattern}x'\n    age: ${vectorRecipient("ana")}\n`).join("");
    writeFileSync(join(folder, "rules.yaml"), `creation_rules:\n${rules}`);
    const { exit, errors } = run(["--config", "rules.yaml", "encrypt", "--filename-override", `${"a".repeat(3000)}.yaml`, "redos.yaml"]);
    expect([exit, errors.startsWith("error: ")]).toEqual([1, true]);
  });
});
