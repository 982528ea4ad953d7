/**
 * Runs the program's common commands, each on from the last, and keeps what V8 compiled for them in `code` beside the program. The
 * secrets are invented, and the key is made here and thrown away.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { fail, root } from "./ready.mjs";

const FILES = {
  "app.yaml":
    "# The database\ndatabase:\n  host: db.example.org\n  port: 5432\n  password: hunter\nlist: [1, 2.5, true, null]\npem: |\n  one\n  two\n",
  "app.json": '{"database": {"host": "db.example.org", "port": 5432, "password": "hunter"}, "list": [1, 2.5, true, null]}\n',
  "app.env": "# The database\nHOST=db.example.org\nPASSWORD=hunter\n",
  "app.ini": "[database]\nhost = db.example.org\n; Of the owner\npassword = hunter\n",
  "app.bin": "hunter\n",
};

const NAMES = Object.keys(FILES);
const LINES = [
  ...NAMES.map((name) => ["encrypt", "-i", name]),
  ...NAMES.map((name) => ["decrypt", name]),
  ["decrypt", "--extract", '["database"]["password"]', "app.yaml"],
  ["decrypt", "--output-type", "json", "app.yaml"],
  ["set", "app.yaml", '["database"]["password"]', '"other"'],
  ["unset", "app.yaml", '["pem"]'],
  ["edit", "app.yaml"],
  ["rotate", "-i", "app.json"],
  ["updatekeys", "-y", "app.env"],
  ["filestatus", "app.yaml"],
  ["exec-env", "app.env", "true"],
  ["exec-file", "app.yaml", "true"],
  ["run", "-e", "prod", "--", process.execPath, "--version"],
  ["run", "-e", "prod", "--redact", "--", process.execPath, "--version"],
  ...["env", "dotenv", "json"].map((format) => ["render", "-e", "prod", "--format", format]),
  ["render", "-e", "prod", "--format", "kubernetes", "--name", "app"],
  ["env", "list"],
  ["env", "diff", "base", "prod"],
  ["--help"],
  ["--version"],
];

/** @param {string} folder with the program */
export async function warm(folder) {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  let problem = "";
  const work = mkdtempSync(join(tmpdir(), "sotto-build-"));
  try {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(work, name), text);
    writeFileSync(join(work, "other.yaml"), "database:\n  host: db.example.org\n  user: app\n");
    writeFileSync(join(work, ".sops.yaml"), configFor(recipient));
    const env = {
      PATH: process.env.PATH,
      SystemRoot: process.env.SystemRoot,
      HOME: work,
      USERPROFILE: work,
      EDITOR: "true",
      SOPS_AGE_KEY: identity,
      SOTTO_BUILD_CODE: join(folder, "code", `${process.version}-${process.platform}-${process.arch}`),
    };
    const program = ["--require", join(root, ".scripts", "keep-code.cjs"), join(folder, "sotto.js")];
    for (const line of [["encrypt", "-i", "other.yaml"], ...LINES]) {
      const { status, stderr } = spawnSync(process.execPath, [...program, ...line], { cwd: work, env, encoding: "utf8" });
      // An edit that changes nothing ends with 200, as that of sops.
      if (status !== 0 && (line[0] !== "edit" || status !== 200)) problem = `${line.join(" ")}: ${stderr}`;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (problem !== "") fail(`the new program fails at ${problem}`);
}

function configFor(recipient) {
  return `creation_rules:
  - path_regex: ^app\\.(yaml|json|env|ini|bin)$
    encrypted_regex: ^(password|PASSWORD|list|pem|data)$
    age: ${recipient}
  - age: ${recipient}
sotto:
  environments:
    base: {files: [other.yaml], abstract: true}
    prod: {extends: base, files: [app.yaml, app.env]}
`;
}
