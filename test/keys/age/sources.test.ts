import { beforeAll, describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { SottoError } from "../../../src/model/error.ts";
import type { MasterKey } from "../../../src/model/keys.ts";
import { DEFAULT_FILE, failureOf, fakeContext, HOME, identityOf, recipientIn, systemError, vectorKey, keysOf } from "../context.ts";
import type { FakeOptions } from "../context.ts";

const DATA_KEY = new Uint8Array(32).fill(5);
const [ana, ben, pq] = ["ana.txt", "ben.txt", "pq.txt"].map(identityOf) as [string, string, string];
const ssh = vectorKey("ssh_ed25519");

let forAna: MasterKey;
let forBen: MasterKey;
let forPq: MasterKey;
let forSsh: MasterKey;

async function wrap(recipient: string): Promise<MasterKey> {
  const [key] = keysOf(age, recipient);
  if (key === undefined) throw new Error("no key");
  return age.wrap(key, DATA_KEY, fakeContext());
}

beforeAll(async () => {
  forAna = await wrap(recipientIn("ana.txt"));
  forBen = await wrap(recipientIn("ben.txt"));
  forPq = await wrap(recipientIn("pq.txt"));
  forSsh = await wrap(vectorKey("ssh_ed25519.pub").trim());
});

const failure = async (key: MasterKey, options: FakeOptions): Promise<SottoError> => {
  const error = await failureOf(age.unwrap(key, fakeContext(options)));
  if (!SottoError.is(error)) throw error;
  for (const secret of [ana, ben, pq, ...ssh.split("\n").slice(1, -2)]) {
    expect(JSON.stringify(error) + error.message).not.toContain(secret.slice(0, 30));
  }
  return error;
};

describe("an identity is found", () => {
  test.each<[string, () => MasterKey, FakeOptions]>([
    ["in SOPS_AGE_KEY", () => forAna, { env: { SOPS_AGE_KEY: ana } }],
    [
      "in SOPS_AGE_KEY among others, apart by blanks, tabs and line breaks",
      () => forAna,
      { env: { SOPS_AGE_KEY: `\n# note\n\t${ben}  ${pq}\r\n${ana} ` } },
    ],
    ["in the file that SOPS_AGE_KEY_FILE names", () => forAna, { env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": vectorKey("ana.txt") } }],
    [
      "in a file with CRLF, comments and no final line break",
      () => forAna,
      { env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": `# c\r\n\r\n${ben}\r\n${ana}` } },
    ],
    ["in what SOPS_AGE_KEY_CMD prints", () => forAna, { env: { SOPS_AGE_KEY_CMD: "op read x" }, run: () => `# from op\n${ana}\n` }],
    ["in the user's default file", () => forAna, { files: { [DEFAULT_FILE]: ana } }],
    [
      "in the default file under XDG_CONFIG_HOME",
      () => forAna,
      { env: { XDG_CONFIG_HOME: "/x/" }, files: { "/x/sops/age/keys.txt": ana } },
    ],
    [
      "in the default file of macOS",
      () => forAna,
      { platform: "darwin", files: { [`${HOME}/Library/Application Support/sops/age/keys.txt`]: ana } },
    ],
    [
      "in the default file of macOS under XDG_CONFIG_HOME",
      () => forAna,
      { platform: "darwin", env: { XDG_CONFIG_HOME: "/x" }, files: { "/x/sops/age/keys.txt": ana } },
    ],
    [
      "in the default file of Windows",
      () => forAna,
      {
        platform: "win32",
        env: { APPDATA: "C:\\Users\\ana\\AppData\\Roaming" },
        files: { "C:\\Users\\ana\\AppData\\Roaming\\sops\\age\\keys.txt": ana },
      },
    ],
    [
      "in the SSH key that SOPS_AGE_SSH_PRIVATE_KEY_FILE names",
      () => forSsh,
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s" }, files: { "/s": ssh } },
    ],
    [
      "in the SSH key that SOPS_AGE_SSH_PRIVATE_KEY_CMD prints",
      () => forSsh,
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_CMD: "cat /s" }, run: () => ssh },
    ],
    ["in ~/.ssh/id_ed25519", () => forSsh, { files: { [`${HOME}/.ssh/id_ed25519`]: ssh } }],
    ["in ~/.ssh/id_rsa, whatever its type", () => forSsh, { files: { [`${HOME}/.ssh/id_rsa`]: ssh } }],
    ["though it is hybrid", () => forPq, { env: { SOPS_AGE_KEY: pq } }],
    ["in the default file although others are set", () => forAna, { env: { SOPS_AGE_KEY: ben }, files: { [DEFAULT_FILE]: ana } }],
    [
      "although every other source is broken",
      () => forAna,
      {
        env: {
          SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/none",
          SOPS_AGE_SSH_PRIVATE_KEY_CMD: "'",
          SOPS_AGE_KEY: "nonsense",
          SOPS_AGE_KEY_FILE: "/secret",
          SOPS_AGE_KEY_CMD: "false",
        },
        files: {
          [DEFAULT_FILE]: ana,
          "/secret": systemError("EACCES"),
          [`${HOME}/.ssh/id_rsa`]: "junk",
          [`${HOME}/.ssh/id_ed25519`]: systemError("EACCES"),
        },
        run: () => new SottoError("IDENTITY_INVALID", "false ended with exit code 1"),
      },
    ],
  ])("%s", async (_, key, options) => {
    expect(await age.unwrap(key(), fakeContext(options))).toEqual(DATA_KEY);
  });
});

describe("what is not found is said as sops says it", () => {
  const elsewhere = `'SOPS_AGE_SSH_PRIVATE_KEY_FILE', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD', '${HOME}/.ssh/id_ed25519', '${HOME}/.ssh/id_rsa'`;
  const prefix = "failed to create reader for decrypting sops data key with age";

  test("nothing is set", async () => {
    const error = await failure(forAna, {});
    expect(error.code).toBe("IDENTITY_INVALID");
    expect(error.message).toBe(
      `failed to load age identities. Did not find keys in locations ${elsewhere}, 'SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and '${DEFAULT_FILE}'.`,
    );
  });

  test("one identity that does not fit", async () => {
    const error = await failure(forAna, { env: { SOPS_AGE_KEY: ben } });
    expect(error.code).toBe("DATA_KEY_UNAVAILABLE");
    expect(error.message).toBe(
      `${prefix}: identity did not match any of the recipients: incorrect identity for recipient block. ` +
        `Did not find keys in locations ${elsewhere}, 'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'.`,
    );
  });

  test("several that do not fit, from everywhere", async () => {
    const error = await failure(forAna, {
      env: {
        SOPS_AGE_KEY: ben,
        SOPS_AGE_KEY_FILE: "/k",
        SOPS_AGE_KEY_CMD: "c",
        SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s",
        SOPS_AGE_SSH_PRIVATE_KEY_CMD: "s",
      },
      files: { "/k": pq, "/s": ssh, [`${HOME}/.ssh/id_rsa`]: ssh },
      run: ([program]) => (program === "c" ? ben : ssh),
    });
    expect(error.message).toBe(
      `${prefix}: no identity matched any of the recipients. Did not find keys in location '${HOME}/.ssh/id_ed25519'.`,
    );
  });

  test("two places are joined by and; sources without identities come last", async () => {
    const error = await failure(forAna, {
      env: {
        SOPS_AGE_KEY: "",
        SOPS_AGE_KEY_FILE: "/k",
        SOPS_AGE_KEY_CMD: "c",
        SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/s",
        SOPS_AGE_SSH_PRIVATE_KEY_CMD: "s",
      },
      files: { "/k": ben, "/s": ssh, [`${HOME}/.ssh/id_rsa`]: ssh },
      run: ([program]) => (program === "c" ? ben : ssh),
    });
    expect(error.message).toBe(
      `${prefix}: no identity matched any of the recipients. Did not find keys in locations '${HOME}/.ssh/id_ed25519' and 'SOPS_AGE_KEY'.`,
    );
  });

  test("every source fails in its own way", async () => {
    const error = await failure(forAna, {
      env: {
        SOPS_AGE_KEY: "nonsense",
        SOPS_AGE_KEY_FILE: "",
        SOPS_AGE_KEY_CMD: "nonesuch --token secret",
        SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/etc/passwd",
        SOPS_AGE_SSH_PRIVATE_KEY_CMD: "echo hi",
      },
      files: { "/etc/passwd": "root:x:0:0", [`${HOME}/.ssh/id_rsa`]: systemError("EACCES"), [DEFAULT_FILE]: ` ${ana}` },
      run: ([program]) => (program === "echo" ? "hi" : systemError("ENOENT")),
    });
    expect(error.code).toBe("IDENTITY_INVALID");
    expect(error.message).toBe(
      "failed to load age identities. Errors while loading age identities: " +
        [
          'malformed SSH identity in "/etc/passwd": ssh: no key found',
          'malformed SSH identity returned by running SOPS_AGE_SSH_PRIVATE_KEY_CMD: "ssh: no key found"',
          `failed to open file: open ${HOME}/.ssh/id_rsa: permission denied`,
          "failed to open SOPS_AGE_KEY_FILE file: open : no such file or directory",
          'failed to execute command nonesuch: exec: "nonesuch": executable file not found in $PATH',
          "failed to parse 'SOPS_AGE_KEY' age identities: unknown identity type",
          `failed to parse '${DEFAULT_FILE}' age identities: unknown identity type`,
        ].join("; ") +
        `. Did not find keys in location '${HOME}/.ssh/id_ed25519'.`,
    );
  });

  test.each([
    ["linux", {}, "neither $XDG_CONFIG_HOME nor $HOME are defined"],
    ["linux", { XDG_CONFIG_HOME: "relative" }, "path in $XDG_CONFIG_HOME is relative"],
    ["darwin", {}, "$HOME is not defined"],
    ["win32", {}, "%AppData% is not defined"],
  ])("a user without a home, on %s with %j", async (platform, env, reason) => {
    const error = await failure(forAna, { platform, env, home: "" });
    expect(error.message).toContain(
      `$HOME is not defined; $HOME is not defined; user config directory could not be determined: ${reason}. `,
    );
    const found = await failure(forAna, { platform, env: { ...env, SOPS_AGE_KEY: ben }, home: "" });
    expect(found.message).not.toContain("user config");
  });

  test.each([
    ["cut", (text: string) => text.slice(0, 120), /: failed to read header: /],
    ["without armor", () => "", /: failed to read header: invalid armor: /],
    ["changed in its last bytes", (text: string) => changeAt(text, -6), /: failed to decrypt and authenticate payload chunk/],
    ["changed in its header's MAC", (text: string) => changeHeader(text, "--- "), /: bad header MAC/],
  ])("a wrapped key that is %s", async (_, change, message) => {
    const error = await failure({ ...forAna, wrapped: change(forAna.wrapped ?? "") }, { env: { SOPS_AGE_KEY: ana } });
    expect(error.code).toBe("DATA_KEY_UNAVAILABLE");
    expect(error.message).toMatch(message);
  });
});

/** The armored file with one byte of its content changed, counted from the end if negative. */
/** @param other makes another byte of one */
function changeAt(text: string, at: number, other: (byte: number) => number = (byte) => byte ^ 1): string {
  const lines = text.trim().split("\n");
  const bytes = Buffer.from(lines.slice(1, -1).join(""), "base64");
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = other(bytes[place] ?? 0);
  const body = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [lines[0], ...body, lines.at(-1), ""].join("\n");
}

function changeHeader(text: string, marker: string): string {
  const bytes = Buffer.from(text.trim().split("\n").slice(1, -1).join(""), "base64");
  // Still base64, so that it is the MAC that is wrong.
  return changeAt(text, bytes.indexOf(marker) + marker.length + 2, (byte) => (byte === 65 ? 66 : 65));
}

describe("usual mistakes are named in a hint", () => {
  const none = { files: {} };
  test.each<[string, FakeOptions, RegExp]>([
    [
      "a path in SOPS_AGE_KEY",
      { ...none, env: { SOPS_AGE_KEY: "/home/ana/keys.txt" } },
      /^SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE$/,
    ],
    ["a home path in SOPS_AGE_KEY", { ...none, env: { SOPS_AGE_KEY: "~/keys" } }, /looks like a path/],
    ["a recipient", { ...none, env: { SOPS_AGE_KEY: recipientIn("ana.txt") } }, /SOPS_AGE_KEY is a recipient \(age1…\), the public half/],
    ["an SSH public key", { ...none, env: { SOPS_AGE_KEY: vectorKey("ssh_ed25519.pub") } }, /is an SSH public key/],
    [
      "an SSH private key",
      { ...none, env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": ssh } },
      /line 1 of SOPS_AGE_KEY_FILE is an SSH private key; name its file/,
    ],
    ["quotes", { ...none, env: { SOPS_AGE_KEY: `"${ana}"` } }, /begins with a quote/],
    ["lower case", { ...none, env: { SOPS_AGE_KEY: ana.toLowerCase() } }, /lower case/],
    ["a leading blank", { files: { [DEFAULT_FILE]: `# c\n  ${ana}` } }, /line 2 of .*keys\.txt begins with a blank/],
    ["a byte order mark", { files: { [DEFAULT_FILE]: `\uFEFF${ana}` } }, /byte order mark/],
    ["the identity itself in SOPS_AGE_KEY_FILE", { ...none, env: { SOPS_AGE_KEY_FILE: ana } }, /put the identity itself in SOPS_AGE_KEY/],
    ["a home that no shell expands", { ...none, env: { SOPS_AGE_KEY_FILE: "~/keys.txt" } }, /^~\/keys\.txt is not expanded/],
    [
      "the public half of an SSH key",
      { env: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: "/p" }, files: { "/p": vectorKey("ssh_ed25519.pub") } },
      /is the public half of an SSH key/,
    ],
  ])("%s", async (_, options, hint) => {
    const error = await failure(forAna, options);
    expect(error.hints).toContainEqual(expect.stringMatching(hint));
  });

  test("a spoilt key says where, without saying what", async () => {
    const error = await failure(forAna, { env: { SOPS_AGE_KEY: `${ana.slice(0, -1)}${ana.endsWith("Q") ? "P" : "Q"}` } });
    expect(error.message).toContain("failed to parse 'SOPS_AGE_KEY' age identities: malformed secret key: invalid checksum");
  });

  test("one bad line spoils its source, and only that", async () => {
    const files = { "/k": `${ana}\nnonsense\n` };
    await failure(forAna, { env: { SOPS_AGE_KEY_FILE: "/k" }, files });
    expect(await age.unwrap(forBen, fakeContext({ env: { SOPS_AGE_KEY_FILE: "/k", SOPS_AGE_KEY: ben }, files }))).toEqual(DATA_KEY);
  });
});

test("a plugin's identity spoils nothing, and is the problem when nothing else fits", async () => {
  const { encodeBech32 } = await import("../../../keys/age/bech32.ts");
  const line = encodeBech32("age-plugin-yubikey-", new Uint8Array(20)).toUpperCase();
  expect(line).toMatch(/^AGE-PLUGIN-YUBIKEY-1Q/);
  const env = { SOPS_AGE_KEY: `${line} ${ben}` };
  expect(await age.unwrap(forBen, fakeContext({ env }))).toEqual(DATA_KEY);
  const error = await failure(forAna, { env });
  expect(error.message).toContain(": age-plugin-yubikey cannot be started here. Did not find keys");
});

describe("whose identity is at hand", () => {
  test.each<[string, () => MasterKey, FakeOptions, boolean]>([
    ["an X25519 recipient", () => forAna, { env: { SOPS_AGE_KEY: `${ben} ${ana}` } }, true],
    ["a stranger's", () => forAna, { env: { SOPS_AGE_KEY: ben } }, false],
    [
      "an SSH key, whatever its comment",
      () => ({ ...forSsh, label: forSsh.label.replace(/ \S+$/, " other comment") }),
      { files: { [`${HOME}/.ssh/id_ed25519`]: ssh } },
      true,
    ],
    ["one that only a command could give", () => forAna, { env: { SOPS_AGE_KEY_CMD: "op" } }, false],
  ])("%s", async (_, key, options, expected) => {
    expect(await age.holds?.(key(), fakeContext(options))).toBe(expected);
  });
});

describe("sources are read once", () => {
  test("however many keys are tried", async () => {
    const context = fakeContext({ env: { SOPS_AGE_KEY_FILE: "/k" }, files: { "/k": `${ana}\n${ben}` } });
    await Promise.all([age.unwrap(forAna, context), age.unwrap(forBen, context), age.unwrap(forAna, context)]);
    await age.unwrap(forBen, context);
    expect(context.reads).toEqual([`${HOME}/.ssh/id_ed25519`, `${HOME}/.ssh/id_rsa`, "/k", DEFAULT_FILE]);
  });

  test("a command runs once for each recipient, and learns which", async () => {
    const keys: Record<string, string> = { [recipientIn("ana.txt")]: ana, [recipientIn("ben.txt")]: ben };
    const context = fakeContext({
      env: { SOPS_AGE_KEY_CMD: "op read 'op://a b/key'" },
      run: (_, env) => keys[env["SOPS_AGE_RECIPIENT"] ?? ""] ?? new Error("unknown recipient"),
    });
    for (const key of [forAna, forBen, forAna]) expect(await age.unwrap(key, context)).toEqual(DATA_KEY);
    expect(context.runs).toEqual(
      [recipientIn("ana.txt"), recipientIn("ben.txt")].map((recipient) => ({
        argv: ["op", "read", "op://a b/key"],
        env: { SOPS_AGE_RECIPIENT: recipient },
      })),
    );
  });

  test("a command does not run when an identity at hand fits", async () => {
    const context = fakeContext({ env: { SOPS_AGE_KEY: ana, SOPS_AGE_KEY_CMD: "op" } });
    expect(await age.unwrap(forAna, context)).toEqual(DATA_KEY);
    expect(context.runs).toEqual([]);
  });

  test("a command's own words are not repeated when it fails", async () => {
    const error = await failure(forAna, { env: { SOPS_AGE_KEY_CMD: `echo "${ana}` } });
    expect(error.message).toContain("failed to parse command of SOPS_AGE_KEY_CMD: EOF found when expecting closing quote");
    const empty = await failure(forAna, { env: { SOPS_AGE_KEY_CMD: " # nothing" } });
    expect(empty.message).toContain("failed to parse command of SOPS_AGE_KEY_CMD: it is empty");
  });
});
