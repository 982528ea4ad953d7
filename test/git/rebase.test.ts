/** What git does with several commits at once, with our driver, and without it as a control. */
import { rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundle } from "../faults/bundle.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { CONFIG, Repository } from "./repository.ts";

const FILE = "secrets/app.yaml";
const COMMITS = 6;
let program = "";
let repository: Repository;

beforeAll(async () => {
  program = await bundle("src/cli/main.ts");
}, 60_000);
afterAll(() => rmSync(dirname(program), { recursive: true }));
beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", CONFIG);
  repository.write(FILE, Array.from({ length: 2 * COMMITS }, (_, at) => `key_${at}: base ${at}\n`).join(""));
  await run("encrypt", "-i", FILE);
  connect();
  repository.commit("base");
});
afterEach(() => repository[Symbol.dispose]());

async function run(...argv: readonly string[]): Promise<string> {
  const { exit, output, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(`${argv.join(" ")}: ${errors}`);
  return output;
}

function connect(): void {
  repository.write(".gitattributes", "/secrets/* diff=sotto merge=sotto\n");
  repository.git("config", "merge.sotto.driver", `"${process.execPath}" "${program}" git merge-file %O %A %B %L %P`);
  repository.git("config", "diff.sotto.textconv", `"${process.execPath}" "${program}" git textconv`);
}

/** A branch with a commit for each key: even keys on one side, odd ones on the other. */
async function branch(name: string, from: string, parity: number): Promise<void> {
  repository.git("checkout", "-q", "-B", name, from);
  for (let commit = 0; commit < COMMITS; commit += 1) {
    await run("set", FILE, `key_${2 * commit + parity}`, `"${name} ${commit}"`);
    repository.commit(`${name} ${commit}`);
  }
}

const wanted = Array.from({ length: 2 * COMMITS }, (_, at) => `key_${at}: ${at % 2 === 0 ? "even" : "odd"} ${Math.floor(at / 2)}\n`).join(
  "",
);

describe("commits over commits", () => {
  test("rebase", async () => {
    await branch("even", "main", 0);
    await branch("odd", "main", 1);
    repository.git("rebase", "-q", "even");
    expect(await run("decrypt", FILE)).toBe(wanted);
    expect(repository.git("log", "--oneline", "main..HEAD").trim().split("\n")).toHaveLength(2 * COMMITS);
  });

  test("rebase without the driver conflicts", async () => {
    repository.write(".gitattributes", "\n");
    repository.commit("no driver");
    await branch("even", "main", 0);
    await branch("odd", "main", 1);
    expect(repository.tryGit("rebase", "-q", "even").status).not.toBe(0);
  });

  test("cherry-pick", async () => {
    await branch("even", "main", 0);
    await branch("odd", "main", 1);
    repository.git("checkout", "-q", "even");
    repository.git("cherry-pick", "main..odd");
    expect(await run("decrypt", FILE)).toBe(wanted);
  });

  test("stash pop", async () => {
    await run("set", FILE, "key_0", '"stashed"');
    repository.git("stash", "-q");
    await run("set", FILE, "key_1", '"committed"');
    repository.commit("one");
    repository.git("stash", "pop", "-q");
    expect((await run("decrypt", FILE)).split("\n").slice(0, 2)).toEqual(["key_0: stashed", "key_1: committed"]);
  });

  test("merge-tree, which touches no file", async () => {
    await branch("even", "main", 0);
    await branch("odd", "main", 1);
    const tree = repository.git("merge-tree", "--write-tree", "even", "odd").trim();
    repository.git("checkout", "-q", tree, "--", FILE);
    expect(await run("decrypt", FILE)).toBe(wanted);
  });

  test("log -p shows what changed, and no value", async () => {
    await branch("even", "main", 0);
    const log = repository.git("log", "-p", "--textconv", "main..even", "--", FILE);
    expect(log.match(/^\+key_\d+: str ●[0-9a-f]{8}$/gm)).toHaveLength(COMMITS);
    expect(log).not.toContain("even 0\n+");
    expect(log).not.toContain("ENC[");
  });

  test("a file that is renamed on one side", async () => {
    await branch("even", "main", 0);
    repository.git("checkout", "-q", "-B", "moved", "main");
    repository.git("mv", FILE, "secrets/renamed.yaml");
    repository.commit("renamed");
    repository.git("merge", "-q", "-m", "merged", "even");
    expect((await run("decrypt", "secrets/renamed.yaml")).split("\n")[0]).toBe("key_0: even 0");
  });
});

/** Ben is added on their side, the data key renewed on ours. */
const mergeWithBen = async (config: string): Promise<{ readonly status: number | null; readonly errors: string }> => {
  repository.write(".sops.yaml", config);
  repository.commit("policy");
  repository.git("checkout", "-q", "-B", "theirs");
  await run("rotate", "-i", "--add-age", vectorRecipient("ben"), "--accept", `recipient:${vectorRecipient("ben")}`, FILE);
  repository.commit("ben");
  repository.git("checkout", "-q", "main");
  await run("rotate", "-i", FILE);
  await run("set", FILE, "key_0", '"ours"');
  repository.commit("ours");
  return repository.tryGit("merge", "-q", "-m", "merged", "theirs");
};

describe("recipients", () => {
  test("that the policy has are wrapped for", async () => {
    const { status } = await mergeWithBen(
      CONFIG.replace(
        `^secrets/\n    age: ${vectorRecipient("ana")}`,
        `^secrets/\n    age: ${vectorRecipient("ana")},${vectorRecipient("ben")}`,
      ),
    );
    expect(status).toBe(0);
    expect(repository.read(FILE)).toContain(vectorRecipient("ben"));
    expect((await run("decrypt", FILE)).split("\n")[0]).toBe("key_0: ours");
  });

  test("that it does not have are not, where it is ours", async () => {
    const { status, errors } = await mergeWithBen(`${CONFIG}sotto: {}\n`);
    expect(status).not.toBe(0);
    expect(errors).toContain("merged as text, since");
  });
});

/** Three versions of another file, and their merge. */
const mergeOf = (
  base: string,
  ours: string,
  theirs: string,
): { readonly status: number | null; readonly text: string; readonly errors: string } => {
  for (const [branchName, text] of [
    ["main", base],
    ["theirs", theirs],
    ["main", ours],
  ] as const) {
    repository.git("checkout", "-q", ...(branchName === "theirs" ? ["-B", "theirs", "main"] : [branchName]));
    repository.write("secrets/other.yaml", text);
    repository.commit(branchName);
  }
  const { status, errors } = repository.tryGit("merge", "-q", "-m", "merged", "theirs");
  return { status, errors, text: repository.read("secrets/other.yaml") };
};

describe("what is no pair of encrypted files is left to git", () => {
  test("plaintext is merged as text", () => {
    const lines = Array.from({ length: 9 }, (_, at) => `k${at}: v\n`);
    const at = (index: number): string => lines.map((line, place) => (place === index ? `k${place}: changed\n` : line)).join("");
    const { status, text } = mergeOf(lines.join(""), at(0), at(8));
    expect([status, text.split("\n").filter((line) => line.endsWith("changed"))]).toEqual([0, ["k0: changed", "k8: changed"]]);
  });

  test("a truncated file is a conflict, with one line that says why", () => {
    const whole = repository.read(FILE);
    const { status, errors } = mergeOf(whole, whole.slice(0, 400), whole.replace("lastmodified", "last_modified"));
    expect(status).not.toBe(0);
    expect(errors.split("\n").filter((line) => line.includes("merged as text, since our side cannot be opened"))).toHaveLength(1);
  });

  test("the same new file on both sides", async () => {
    repository.git("checkout", "-q", "-B", "theirs", "main");
    repository.write("secrets/new.yaml", "a: 1\n");
    await run("encrypt", "-i", "secrets/new.yaml");
    repository.commit("theirs");
    repository.git("checkout", "-q", "main");
    repository.write("secrets/new.yaml", "a: 2\n");
    await run("encrypt", "-i", "secrets/new.yaml");
    repository.commit("ours");
    const { status, errors } = repository.tryGit("merge", "-q", "-m", "merged", "theirs");
    expect(status).not.toBe(0);
    expect(errors).toContain("the common ancestor has no such file");
  });

  test("a link is none of our business", () => {
    symlinkSync("app.yaml", repository.place("secrets/link.yaml"));
    repository.commit("link");
    expect(repository.git("diff", "--textconv", "HEAD~1", "--", "secrets/link.yaml")).toContain("new file mode 120000");
  });
});
