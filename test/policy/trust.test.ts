import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import { findTrustFile, loadTrust, parseTrust } from "../../src/policy/trust.ts";
import type { TrustReader } from "../../src/policy/trust.ts";
import { failureOf } from "../keys/context.ts";
import { thrownBy } from "./thrown.ts";

const FILE = "/home/ana/.config/sotto/config.yaml";
const NOTHING = { plugins: [], endpoints: [], roles: [] };

function reader(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): TrustReader {
  return {
    env,
    platform: "linux",
    home: "/home/ana",
    async readFile(path) {
      const text = files[path];
      if (text === undefined) throw new SottoError("FILE_MISSING", `${path} does not exist`);
      return new TextEncoder().encode(text);
    },
  };
}

describe("the file", () => {
  test.each([
    ["says nothing", "", NOTHING],
    ["has only a note", "# nothing yet\n", NOTHING],
    ["is for something else", "tui: {keys: {j: down}, theme: dark}\n", NOTHING],
    ["has empty lists", "trust: {plugins: [], endpoints: , roles: []}\n", NOTHING],
    ["has an empty section", "trust:\n", NOTHING],
    [
      "names everything",
      "trust:\n  plugins: [yubikey, 1p, a.b_c+d-e]\n  endpoints:\n    # ours\n    - https://vault.example:8200\n  roles: ['arn:aws:iam::1:role/r']\ntui: {}\n",
      { plugins: ["yubikey", "1p", "a.b_c+d-e"], endpoints: ["https://vault.example:8200"], roles: ["arn:aws:iam::1:role/r"] },
    ],
  ])("%s", (_, text, expected) => {
    expect(parseTrust(FILE, text)).toEqual(expected);
  });

  test.each([
    ["an unknown key", "trust: {plugins: [x]}\ntrsut: {}\n", 2, 1, 'unknown key "trsut" in this file', "did you mean trust?"],
    ["an unknown key of tui", "tui: {them: dark}\n", 1, 7, 'unknown key "them" in tui', "did you mean theme?"],
    ["an unknown key of trust", "trust:\n  plugin: [x]\n", 2, 3, 'unknown key "plugin" in trust', "did you mean plugins?"],
    [
      "a key that is nothing like one",
      "trust:\n  everyone: true\n",
      2,
      3,
      'unknown key "everyone" in trust',
      "known keys here: plugins, endpoints, roles",
    ],
    ["a list where a mapping belongs", "- trust\n", 1, 1, "the top level is not a mapping", undefined],
    ["a text where a mapping belongs", "trust: yubikey\n", 1, 8, "trust has to be a mapping", undefined],
    ["a text where a list belongs", "trust: {plugins: yubikey}\n", 1, 18, "trust.plugins has to be a list", undefined],
    ["a list of lists", "trust:\n  roles: [[x]]\n", 2, 10, "trust.roles has to be a list of texts", undefined],
    ["a null in a list", "trust:\n  roles: [~]\n", 2, 10, "trust.roles has to be a list of texts", undefined],
    [
      "the name of a program",
      "trust: {plugins: [age-plugin-yubikey]}\n",
      1,
      18,
      '"age-plugin-yubikey" is no name of a plugin',
      "names stand in lower case and without age-plugin-: plugins: [yubikey, tpm]",
    ],
    [
      "a path",
      "trust: {plugins: [../x]}\n",
      1,
      18,
      '"../x" is no name of a plugin',
      "names stand in lower case and without age-plugin-: plugins: [yubikey, tpm]",
    ],
    ["a second document", "trust: {}\n---\ntrust: {}\n", 3, 1, "there is a second document", undefined],
  ])("with %s is refused at that place", (_, text, line, column, message, hint) => {
    const error = thrownBy(() => parseTrust(FILE, text));
    expect(error).toMatchObject({
      code: "CONFIG_INVALID",
      file: FILE,
      position: { line, column },
      message,
      hints: hint === undefined ? [] : [hint],
    });
  });

  test.each(["trust: [\n", "trust: {}\ntrust: {}\n", "a: \tb: c\n"])("that is no YAML is refused: %j", (text) => {
    expect(thrownBy(() => parseTrust(FILE, text))).toMatchObject({ code: "CONFIG_INVALID", file: FILE });
  });
});

describe("trust is loaded", () => {
  test("from nowhere, when there is no file", async () => {
    expect(await loadTrust(reader({}))).toEqual(NOTHING);
    expect(await loadTrust({ ...reader({}), home: "" })).toEqual(NOTHING);
  });

  test.each([
    ["linux", {}, FILE],
    ["linux", { XDG_CONFIG_HOME: "/x" }, "/x/sotto/config.yaml"],
    ["darwin", {}, "/home/ana/Library/Application Support/sotto/config.yaml"],
    ["win32", { APPDATA: "C:\\a" }, "C:\\a\\sotto\\config.yaml"],
  ])("from the user's own folder on %s with %j", async (platform, env, path) => {
    const user = { ...reader({ [path]: "trust: {plugins: [x]}" }, env), platform };
    expect(findTrustFile(user)).toBe(path);
    expect((await loadTrust(user)).plugins).toEqual(["x"]);
  });

  test("and from a variable", async () => {
    const env = { SOTTO_TRUST_PLUGINS: " yubikey,tpm ," };
    expect((await loadTrust(reader({ [FILE]: "trust: {plugins: [x]}" }, env))).plugins).toEqual(["x", "yubikey", "tpm"]);
    const wrong = await failureOf(loadTrust(reader({}, { SOTTO_TRUST_PLUGINS: "yubikey tpm" })));
    expect(wrong).toMatchObject({
      code: "CONFIG_INVALID",
      message: 'SOTTO_TRUST_PLUGINS: "yubikey tpm" is no name of a plugin',
      hints: ["names stand without age-plugin- and apart by commas: SOTTO_TRUST_PLUGINS=yubikey,tpm"],
    });
  });

  test("but never from the repository", async () => {
    const inside = reader({ "/repo/.config/sotto/config.yaml": "trust: {plugins: [x]}" }, { XDG_CONFIG_HOME: "/repo/.config" });
    expect(await failureOf(loadTrust(inside, "/repo"))).toMatchObject({
      code: "CONFIG_INVALID",
      message: "/repo/.config/sotto/config.yaml lies in the repository, which cannot say what to trust",
      file: "/repo/.config/sotto/config.yaml",
      hints: ["set XDG_CONFIG_HOME to a folder outside of it, or unset it"],
    });
    expect((await loadTrust(inside, "/repo/.conf")).plugins).toEqual(["x"]);
  });

  test("and a file that cannot be read is no file without trust", async () => {
    const broken: TrustReader = {
      ...reader({}),
      readFile: () => Promise.reject(new SottoError("FILE_UNREADABLE", `cannot read ${FILE}: permission denied`)),
    };
    expect(await failureOf(loadTrust(broken))).toMatchObject({ code: "FILE_UNREADABLE" });
  });
});
