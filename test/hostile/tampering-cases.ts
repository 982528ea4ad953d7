/**
 * Changes that somebody without any key can make to an encrypted file, and what sops 3.13.3 says to each: its exit number, or
 * whether it prints the same tree or another. Where sotto says something else, it stands beside it.
 */
import type { FormatId } from "../../src/model/tree.ts";

/** What a case starts from; all versions of one file are under the same data key. */
export interface Originals {
  /** The encrypted file. */
  readonly text: string;
  /** The same file after `name` was set to another value. */
  readonly later: string;
  /** A file under `mac_only_encrypted`. */
  readonly macOnly: string;
  /** A file for three key groups, all of them needed. */
  readonly groups: string;
  /** A whole file that somebody else encrypted for the same recipient. */
  readonly forged: string;
}

export type Said = "same" | "changed" | number;

export interface TamperCase {
  readonly name: string;
  readonly format: FormatId;
  /** Instead of {@link Originals.text}. */
  readonly of?: Exclude<keyof Originals, "text">;
  readonly change: (text: string, originals: Originals) => string;
  readonly sops: Said;
  /** Absent when it is the same; with the reason. */
  readonly sotto?: readonly [said: Said, because: string];
  /** True if both read it, and not as the same tree. */
  readonly otherTree?: true;
  /** True if sotto has something to warn about. */
  readonly warns?: true;
}

export const PLAIN: Readonly<Record<"yaml" | "json" | "dotenv" | "ini", string>> = {
  yaml: `# first
name: app
code: "12345678"
flag: "True"
count: 42
on: true
empty: ""
none: null
bare: {}
list:
    - one
    - two
    # inside
    - three
nested:
    a: x
    b: "y"
host_unencrypted: hello
port_unencrypted: world
tail: end
`,
  json: `{"name": "app", "code": "12345678", "count": 42, "empty": "", "none": null, "list": ["one", "two"], "nested": {"a": "x"}, "host_unencrypted": "hello", "port_unencrypted": "world"}
`,
  dotenv: "# first\nname=app\ncode=12345678\nempty=\nhost_unencrypted=hello\nport_unencrypted=world\ntail=end\n",
  ini: "; first\nname = app\n\n[nested]\na     = x\nempty =\nhost_unencrypted = hello\nport_unencrypted = world\n\n[last]\ntail = end\n",
};

const TOKEN = String.raw`ENC\[AES256_GCM,data:[^,\]]*,iv:[^,\]]*,tag:[^,\]]*,type:\w+\]`;

/** The token of a key's value. */
function tokenOf(text: string, key: string): string {
  const found = new RegExp(String.raw`(?:^|[\s{,])"?${key}"?\s*[:=] *"?(${TOKEN})`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`no token of ${key}`);
  return found;
}

function must(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`nothing to replace: ${String(from)}`);
  return changed;
}

function withToken(text: string, key: string, change: (token: string) => string): string {
  const token = tokenOf(text, key);
  return must(text, token, change(token));
}

function swap(text: string, first: string, second: string): string {
  const [one, two] = [tokenOf(text, first), tokenOf(text, second)];
  return must(must(must(text, one, "\0"), two, one), "\0", two);
}

function retype(key: string, type: string): (text: string) => string {
  return (text) => withToken(text, key, (token) => must(token, /type:\w+\]/, `type:${type}]`));
}

const replace =
  (from: string | RegExp, to: string) =>
  (text: string): string =>
    must(text, from, to);

const listItem = (text: string, index: number): string => {
  const items = [...text.matchAll(new RegExp(`- (${TOKEN.replace(String.raw`\w+`, "str")})`, "g"))];
  const found = items[index]?.[1];
  if (found === undefined) throw new Error(`no list item ${index}`);
  return found;
};

/** Three bytes of the tag counted among the data. */
function divideElsewhere(token: string): string {
  const data = Buffer.from(/data:(.*?),/.exec(token)?.[1] ?? "", "base64");
  const tag = Buffer.from(/tag:(.*?),/.exec(token)?.[1] ?? "", "base64");
  const moved = Buffer.concat([data, tag.subarray(0, 3)]).toString("base64");
  return token.replace(/data:.*?,/, `data:${moved},`).replace(/tag:.*?,/, `tag:${tag.subarray(3).toString("base64")},`);
}

const comment = (text: string): string => {
  const found = new RegExp(`^#${TOKEN}\n`, "m").exec(text)?.[0];
  if (found === undefined) throw new Error("no comment");
  return found;
};

const block = (text: string): string => text.slice(text.indexOf("\nsops:\n") + 1);

const STRANGER = "age1tz7wr8qgr5m2xlpy2enlqcg3v6p3x8l9dqvzrk2hv6vgczc7wfhsvhhenn";

const yaml = (name: string, change: TamperCase["change"], sops: Said, more: Partial<TamperCase> = {}): TamperCase => ({
  name,
  format: "yaml",
  change,
  sops,
  ...more,
});

/** What sops notices. */
const NOTICED: readonly TamperCase[] = [
  yaml("an encrypted key renamed", replace(/^name:/m, "nome:"), 25),
  yaml("a value under another key", (text) => must(text, tokenOf(text, "name"), tokenOf(text, "tail")), 25),
  yaml("two values swapped", (text) => swap(text, "name", "tail"), 25),
  yaml(
    "two list items swapped",
    (text) => {
      const [one, two] = [listItem(text, 0), listItem(text, 1)];
      return must(must(must(text, one, "\0"), two, one), "\0", two);
    },
    51,
  ),
  yaml("a list item twice", (text) => must(text, `- ${listItem(text, 0)}\n`, `- ${listItem(text, 0)}\n    - ${listItem(text, 0)}\n`), 51),
  yaml("a list item removed", (text) => must(text, `    - ${listItem(text, 1)}\n`, ""), 51),
  yaml("an encrypted entry removed", (text) => must(text, `tail: ${tokenOf(text, "tail")}\n`, ""), 51),
  yaml("a plain value changed", replace("host_unencrypted: hello", "host_unencrypted: hullo"), 51),
  yaml(
    "plain values in another order",
    replace(/(host_unenc.*\n)(port_unenc.*\n)/, "port_unencrypted: world\nhost_unencrypted: hello\n"),
    51,
  ),
  yaml("a plain value added", replace(/^tail:/m, "more_unencrypted: x\ntail:"), 51),
  yaml("an encrypted value made plain", (text) => must(text, tokenOf(text, "name"), "app"), 25),
  yaml("an encrypted value made a number", (text) => must(text, tokenOf(text, "name"), "5"), 25),
  yaml("another lastmodified", replace(/lastmodified: "(\d{3})\d/, 'lastmodified: "2031'), 51),
  yaml("no lastmodified", replace(/^ +lastmodified:.*\n/m, ""), 1),
  yaml("no mac", replace(/^ +mac:.*\n/m, ""), 51),
  yaml("an empty mac", replace(/^( +)mac:.*\n/m, '    mac: ""\n'), 51),
  yaml("a value's token as mac", (text) => must(text, /^ +mac:.*\n/m, `    mac: ${tokenOf(text, "name")}\n`), 51),
  yaml("no version", replace(/^ +version:.*\n/m, ""), 1),
  yaml("mac_only_encrypted switched on", replace(/^sops:\n/m, "sops:\n    mac_only_encrypted: true\n"), 51),
  yaml("mac_only_encrypted switched off", replace(/^ +mac_only_encrypted:.*\n/m, ""), 51, { of: "macOnly" }),
  yaml("the value of an earlier version", (text, { text: old }) => must(text, tokenOf(text, "name"), tokenOf(old, "name")), 51, {
    of: "later",
  }),
  yaml("the mac of an earlier version", (text, { text: old }) => must(text, /^ +mac:.*$/m, /^ +mac:.*$/m.exec(old)?.[0] ?? ""), 51, {
    of: "later",
  }),
  yaml(
    "a tag of 4 bytes",
    (text) => withToken(text, "name", (token) => must(token, /tag:(.{5}).*?,/, `tag:${/tag:(.{5})/.exec(token)?.[1] ?? ""}A==,`)),
    25,
  ),
  yaml("no tag", (text) => withToken(text, "name", (token) => must(token, /tag:.*?,/, "tag:,")), 25),
  yaml("base64 without padding", (text) => withToken(text, "name", (token) => must(token, /=+,type/, ",type")), 25),
  yaml("base64 for URLs", (text) => withToken(text, "name", (token) => must(token, /data:.../, "data:-_-")), 25),
  yaml("an unknown type", retype("name", "blob"), 25),
  yaml("a text as comment", retype("name", "comment"), 51),
  yaml("a type that does not fit", retype("name", "int"), 25),
  yaml("an earlier key twice", replace(/^code:/m, "name: x\ncode:"), 1),
  yaml("two selectors", replace(/^ +unencrypted_suffix:/m, "    encrypted_regex: x\n    unencrypted_suffix:"), 1),
  yaml("a selector that is no pattern", replace("unencrypted_suffix: _unencrypted", 'encrypted_regex: "(["'), 51),
  yaml("a selector that selects less", replace("unencrypted_suffix: _unencrypted", "encrypted_regex: name"), 51),
  yaml("a selector that selects more", replace("unencrypted_suffix: _unencrypted", "unencrypted_suffix: zzz"), 25),
  yaml("no recipient", (text) => must(text, /^ +age:\n[\s\S]*?^ +recipient:.*\n/m, ""), 1),
  yaml(
    "another key's wrapped data key",
    (text, { forged }) => must(text, /-----BEGIN[\s\S]*END AGE.*\n/, /-----BEGIN[\s\S]*END AGE.*\n/.exec(forged)?.[0] ?? ""),
    25,
  ),
  yaml("the metadata of a file that somebody else made", (text, { forged }) => must(text, block(text), block(forged)), 25),
  yaml("a value moved into a mapping", (text) => must(text, /^name: (.*)\n/m, `name: {x: "${tokenOf(text, "name")}"}\n`), 25),
  yaml("an alias to another value", (text) => must(must(text, /^code: /m, "code: &x "), tokenOf(text, "tail"), "*x"), 25),
  yaml("a plain value by alias once more", replace("host_unencrypted: hello", "host_unencrypted: &h hello\nmore_unencrypted: *h"), 51),
  yaml("no data in a token", (text) => withToken(text, "name", (token) => must(token, /data:.*?,/, "data:,")), 25),
  yaml("no iv in a token", (text) => withToken(text, "name", (token) => must(token, /iv:.*?,/, "iv:,")), 25),
  yaml(
    "a shorter iv",
    (text) => withToken(text, "name", (token) => must(token, /iv:.{16}.*?,/, `iv:${/iv:(.{16})/.exec(token)?.[1] ?? ""},`)),
    25,
  ),
  yaml("a longer tag", (text) => withToken(text, "name", (token) => must(token, /tag:/, "tag:AAAA")), 25),
  yaml("a token in small letters", (text) => withToken(text, "name", (token) => must(token, "ENC[AES256_GCM", "enc[aes256_gcm")), 25),
  yaml("a blank in front of a token", (text) => must(text, `name: ${tokenOf(text, "name")}`, `name: " ${tokenOf(text, "name")}"`), 25),
  yaml("another offset of the same instant", replace(/"(.*)T12:00:00Z"$/m, '"2026-01-02T13:00:00+01:00"'), 51),
  yaml("a lastmodified in small letters", replace(/T12:00:00Z"$/m, 't12:00:00z"'), 1),
  yaml("a date as lastmodified", replace(/lastmodified: .*$/m, "lastmodified: 2026-01-02"), 1),
  yaml("the mac twice", (text) => must(text, /^( +)mac:/m, "    mac: x\n    mac:"), 1),
  yaml("a mac in capitals beside the mac", (text) => must(text, /^( +)mac:/m, "    MAC: x\n    mac:"), "same", {
    sotto: [1, "one of the two is not what was meant"],
  }),
  yaml("sops: null", (text) => `${text.slice(0, text.indexOf("\nsops:\n"))}\nsops: null\n`, 1),
  yaml("sops: []", (text) => `${text.slice(0, text.indexOf("\nsops:\n"))}\nsops: []\n`, 1),
  yaml("sops: a text", (text) => `${text.slice(0, text.indexOf("\nsops:\n"))}\nsops: x\n`, 1),
  yaml("sops twice", (text) => `${text}sops: {}\n`, 1),
  yaml("a list as selector", replace("unencrypted_suffix: _unencrypted", "unencrypted_suffix: [_unencrypted]"), 1),
  yaml("a threshold that cannot be met", replace("shamir_threshold: 3", "shamir_threshold: 4"), 128, { of: "groups" }),
  yaml("a threshold that is no number", replace("shamir_threshold: 3", "shamir_threshold: many"), 1, { of: "groups" }),
  yaml(
    "a share twice",
    (text) => {
      const shares = text.match(/ +-----BEGIN[\s\S]*?END AGE.*\n/g) ?? [];
      return must(text, shares[1] ?? "", shares[0] ?? "");
    },
    128,
    { of: "groups" },
  ),
  yaml("a share missing", (text) => must(text, / +-----BEGIN[\s\S]*?END AGE.*\n/, "                x\n"), 128, { of: "groups" }),
  { name: "two values swapped", format: "json", change: (text) => swap(text, "name", "code"), sops: 25 },
  { name: "a plain value changed", format: "json", change: replace('"hello"', '"hullo"'), sops: 51 },
  { name: "no mac", format: "json", change: replace(/"mac": ?"[^"]*",/, ""), sops: 51 },
  { name: "two values swapped", format: "dotenv", change: (text) => swap(text, "name", "code"), sops: 25 },
  { name: "a plain value changed", format: "dotenv", change: replace("=hello", "=hullo"), sops: 51 },
  { name: "no mac", format: "dotenv", change: replace(/^sops_mac=.*\n/m, ""), sops: 51 },
  { name: "an encrypted value under a section of another name", format: "ini", change: replace("[nested]", "[nasted]"), sops: 25 },
  { name: "a plain value changed", format: "ini", change: replace(/= hello/, "= hullo"), sops: 51 },
  { name: "no mac", format: "ini", change: replace(/^mac .*\n/m, ""), sops: 51 },
];

/** What sops does not notice, by the numbers that the README of this folder gives them, and what does no harm. */
const UNNOTICED: readonly TamperCase[] = [
  yaml(
    "W2: a Vault server that nobody knows",
    replace(
      /^sops:\n/m,
      'sops:\n    hc_vault:\n        - vault_address: http://192.0.2.1:8200\n          engine_path: transit\n          key_name: k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:AAAA\n',
    ),
    "same",
  ),
  yaml(
    "W3: one more recipient",
    replace(/^( +)- enc: \|/m, `        - recipient: ${STRANGER}\n          enc: x\n        - enc: |`),
    "same",
  ),
  yaml(
    "W4: another selector that hits the same",
    replace("unencrypted_suffix: _unencrypted", 'unencrypted_regex: "(_unencrypted|^empty)$"'),
    "same",
  ),
  yaml("W5: a plain key renamed", replace("host_unencrypted", "LD_PRELOAD_unencrypted"), "changed"),
  yaml("W5: a plain value split", replace("host_unencrypted: hello", "host_unencrypted: he\nPATH_unencrypted: llo"), "changed"),
  yaml(
    "W5: two plain values joined",
    replace("host_unencrypted: hello\nport_unencrypted: world", "host_unencrypted: helloworld"),
    "changed",
  ),
  yaml("W5: a plain value in a list", replace("host_unencrypted: hello", "host_unencrypted: [hello]"), "changed"),
  yaml("W5: a plain value in a mapping", replace("host_unencrypted: hello", "host_unencrypted: {NODE_OPTIONS: hello}"), "changed"),
  yaml(
    "W5: an encrypted value in a list",
    (text) => must(text, /^name: (.*)\n/m, `name: [${JSON.stringify(tokenOf(text, "name"))}]\n`),
    "changed",
  ),
  yaml("W5: an empty text added", replace(/^tail:/m, 'more: ""\ntail:'), "changed"),
  yaml("W5: an empty text removed", replace('empty: ""\n', ""), "changed"),
  yaml("W5: the key of an empty text renamed", replace("empty:", "other:"), "changed"),
  yaml("W5: a null added", replace(/^tail:/m, "more: null\ntail:"), "changed"),
  yaml("W5: an empty text made null", replace('empty: ""', "empty: null"), "changed"),
  yaml("W5: an empty mapping made a list", replace("bare: {}", "bare: []"), "changed"),
  yaml("W5: a document split in two", (text) => must(text, /^tail:/m, `${block(text)}---\ntail:`), "changed"),
  yaml("W5: a document of empty texts appended", (text) => `${text}---\nmore: ""\n`, "changed"),
  yaml(
    "W5: keys joined by a colon",
    (text) => must(text, /^nested:\n +a: (.*)\n +b: (.*)\n/m, `"nested:a": ${tokenOf(text, "a")}\n"nested:b": ${tokenOf(text, "b")}\n`),
    "changed",
  ),
  yaml("W5: a list in a list", (text) => must(text, `    - ${listItem(text, 0)}\n`, `    - - ${listItem(text, 0)}\n`), "changed"),
  yaml("W6: a text as int", retype("code", "int"), "changed"),
  yaml("W6: a text as float", retype("code", "float"), "changed"),
  yaml("W6: a text as bool", retype("flag", "bool"), "changed"),
  yaml("W6: an int as text", retype("count", "str"), "changed"),
  yaml("W6: a bool as text", retype("on", "str"), "changed"),
  yaml("W6: an int as float", retype("count", "float"), "same"),
  yaml("W6: a plain text as number", replace("port_unencrypted: world", "port_unencrypted: !!str world"), "same"),
  yaml("W6: bytes", retype("name", "bytes"), 2, { sotto: ["same", "sops crashes; the first releases wrote this type for text"] }),
  yaml("W7: a comment removed", (text) => must(text, comment(text), ""), "changed"),
  yaml("W7: a comment in plain", (text) => must(text, comment(text), "# trust me\n"), "changed", { warns: true }),
  yaml("W7: a comment twice", (text) => must(text, comment(text), comment(text) + comment(text)), "changed"),
  yaml("W7: a comment moved", (text) => must(must(text, comment(text), ""), /^tail:/m, `${comment(text)}tail:`), "changed"),
  yaml(
    "W7: a comment put into another mapping",
    (text) => must(must(text, comment(text), ""), /^( +)a:/m, `    ${comment(text)}    a:`),
    "changed",
    { otherTree: true },
  ),
  yaml(
    "W7: a list item as comment",
    (text) => must(text, "- ", `- ${must(listItem(text, 0), "type:str", "type:comment")}\n    - `),
    "changed",
  ),
  yaml("W8: an earlier version of the whole file", (_, { text }) => text, "changed", { of: "later" }),
  yaml("W8: a whole file by somebody who knows the recipient", (_, { forged }) => forged, "changed"),
  yaml("W20: a lower threshold", replace("shamir_threshold: 3", "shamir_threshold: 2"), "same", {
    of: "groups",
    sotto: [25, "two shares of three give a wrong key; sops takes all that it can get"],
  }),
  yaml("W20: no threshold", replace(/^ +shamir_threshold: 3\n/m, ""), "same", { of: "groups" }),
  yaml("an empty selector", replace("unencrypted_suffix: _unencrypted", 'unencrypted_suffix: ""'), "same"),
  yaml("no selector", replace("    unencrypted_suffix: _unencrypted\n", ""), "same"),
  yaml("junk behind the mac", (text) => must(text, /^( +mac: .*)$/m, `${/^( +mac: .*)$/m.exec(text)?.[1] ?? ""}junk`), "same"),
  yaml("a merge of nothing", replace(/^tail:/m, "<<: {}\ntail:"), "changed"),
  yaml("anchors", replace(/^nested:/m, "nested: &anchor"), "same"),
  yaml("data and tag divided elsewhere", (text) => withToken(text, "name", divideElsewhere), "same", { sotto: [25, "a tag has 16 bytes"] }),
  yaml("a field's name in capitals", replace(/^( +)mac:/m, "    Mac:"), "same"),
  yaml("comment regex beside nothing", replace("unencrypted_suffix: _unencrypted", "unencrypted_comment_regex: never"), 25),
  yaml("junk behind a token", (text) => withToken(text, "name", (token) => `${token}junk`), "same"),
  yaml("a fraction of lastmodified", replace(/Z"$/m, '.5Z"'), "same"),
  yaml("an offset of lastmodified", replace(/Z"$/m, '+00:00"'), "same"),
  yaml("another version", replace(/version: .*/, "version: 3.1.0"), "same"),
  yaml("unknown metadata", replace(/^sops:\n/m, "sops:\n    sotto_note: x\n"), "same"),
  yaml("a byte order mark", (text) => `\uFEFF${text}`, "same"),
  yaml("CRLF", (text) => text.replaceAll("\n", "\r\n"), "same"),
  yaml("metadata in front", (text) => `${block(text)}${text.slice(0, text.indexOf("\nsops:\n") + 1)}`, "same"),
  { name: "W5: a plain key renamed", format: "json", change: replace("host_unencrypted", "LD_PRELOAD_unencrypted"), sops: "changed" },
  { name: "W5: a plain value split", format: "json", change: replace('"hello"', '"he", "PATH_unencrypted": "llo"'), sops: "changed" },
  { name: "a key twice", format: "json", change: replace(/"empty": ""/, '"empty": "", "empty": ""'), sops: "changed" },
  {
    name: "W6: bytes",
    format: "json",
    change: retype("name", "bytes"),
    sops: 2,
    sotto: ["same", "sops crashes; the first releases wrote this type for text"],
  },
  { name: "text behind the object", format: "json", change: (text) => `${text}{}`, sops: "same", sotto: [1, "sops drops it"] },
  { name: "W5: a plain key renamed", format: "dotenv", change: replace("host_unencrypted", "LD_PRELOAD_unencrypted"), sops: "changed" },
  { name: "W5: a plain value split", format: "dotenv", change: replace("=hello", "=he\nPATH_unencrypted=llo"), sops: "changed" },
  { name: "W5: an empty value removed", format: "dotenv", change: replace("empty=\n", ""), sops: "changed" },
  { name: "W6: a text as int", format: "dotenv", change: retype("code", "int"), sops: "same" },
  { name: "W7: a comment in plain", format: "dotenv", change: replace(/^#.*\n/, "# trust me\n"), sops: "changed", warns: true },
  { name: "W5: a plain key renamed", format: "ini", change: replace("host_unencrypted", "LD_PRELOAD_unencrypted"), sops: "changed" },
  { name: "W5: a section added", format: "ini", change: replace("[last]", "[new]\nmore =\n\n[last]"), sops: "changed" },
  { name: "W7: a comment removed", format: "ini", change: replace(/^;.*\n/, ""), sops: "changed" },
];

export const CASES: readonly TamperCase[] = [...NOTICED, ...UNNOTICED];
