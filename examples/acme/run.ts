/**
 * Acme from its first key to a deploy and a farewell, with the real program, git and nothing else: `npm run example`. Every step is
 * checked; the first that is not as it should be ends the run. What it makes is gone afterwards.
 */
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { renderAll } from "./render.ts";
import { check, ROOT, Stage } from "./stage.ts";

const FILES = ["base.yaml", "dev.yaml", "staging.json", "prod.yaml", "prod.env"].map((name) => `secrets/${name}`);
/** Above its lines: who can read what. */
const ENVIRONMENTS = ["base.yaml,secrets/dev.yaml", "base.yaml,secrets/staging.json", "base.yaml,secrets/prod.yaml,secrets/prod.env"];
/** In the place of the examples: what nobody has to know. */
const GENERATED = [
  ["secrets/base.yaml", "mail.password", "alphanumeric:24"],
  ["secrets/dev.yaml", "database.password", "alphanumeric:24"],
  ["secrets/dev.yaml", "payments.key", "hex:16"],
  ["secrets/staging.json", "database.password", "alphanumeric:24"],
  ["secrets/staging.json", "payments.key", "hex:16"],
  ["secrets/prod.yaml", "database.password", "base64:32"],
  ["secrets/prod.yaml", "payments.key", "hex:32"],
  ["secrets/prod.env", "SESSION_KEY", "base64:32"],
] as const;

const started = Date.now();
using stage = new Stage();
begin();
useGit();
share();
inspect();
deploy();
sayGoodbye();
console.log(`\nAll of it held, in ${((Date.now() - started) / 1000).toFixed(1)} s.`);

function begin(): void {
  cpSync(join(import.meta.dirname, "secrets"), stage.place("secrets"), { recursive: true });
  cpSync(join(import.meta.dirname, "schema.yaml"), stage.place("secrets/schema.yaml"));
  stage.git("init", "--quiet", "--initial-branch=main");

  stage.tell("Ana makes a key and a configuration, and encrypts every file in place");
  stage.sotto(["keys", "generate", "--output", "../ana.txt"], { as: "nobody" });
  const names = ["dev", "staging", "prod"];
  const flags = names.flatMap((name, index) => ["--environment", `${name}=secrets/${ENVIRONMENTS[index] ?? ""}`]);
  stage.sotto(["init", "--name", "ana", ...flags]);
  for (const file of FILES) stage.sotto(["encrypt", "-i", file]);
  check("no example is readable any more", stage.find(["example for production", "example-live-key", "dev only"]).length === 0);
  check("key names are, and the layout stayed", stage.read("secrets/prod.yaml").includes(`    - {name: "ENC[`));

  stage.tell("New values take the place of the examples, and nobody sees them");
  for (const [file, path, recipe] of GENERATED) stage.sotto(["set", "--generate", recipe, file, path]);
  check("one was made", valueOf("secrets/prod.yaml", "payments.key").length >= 32);
}

function useGit(): void {
  stage.tell("The clone is connected with git, and everything is committed");
  stage.sotto(["git", "install"]);
  commit("Secrets of three environments");

  stage.tell("A plaintext file does not get into a commit");
  stage.write("secrets/new.yaml", "password: an example\n");
  stage.git("add", "--all");
  stage.sotto(["git", "check"], { exit: 206 });
  stage.run("git", ["commit", "--quiet", "--message", "Plaintext"], { exit: 1 });
  stage.remove("secrets/new.yaml");
  stage.git("add", "--all");

  stage.tell("Two branches change two values of one file, and git merges them by key");
  stage.git("checkout", "--quiet", "-b", "new-host");
  stage.sotto(["set", "--string", "--value-stdin", "secrets/prod.yaml", "database.host"], { input: "db2.prod.acme.example" });
  commit("A new host");
  stage.git("checkout", "--quiet", "main");
  stage.sotto(["set", "secrets/prod.yaml", "database.port", "6432"]);
  commit("A new port");
  stage.git("merge", "--quiet", "--no-edit", "new-host");
  check(
    "both are there",
    valueOf("secrets/prod.yaml", "database.host").startsWith("db2") && valueOf("secrets/prod.yaml", "database.port") === "6432",
  );
  stage.sotto(["verify", "secrets"]);
  const difference = stage.sotto(["diff", "HEAD~2:secrets/prod.yaml", "secrets/prod.yaml"]);
  check("a reviewer sees which keys changed, and no value", difference.includes("database.") && !difference.includes("6432"));
}

function share(): void {
  stage.tell("Ben and the deploys get access: their keys go into the configuration, and every file is wrapped for them");
  const recipients = ["ben", "ci"].map(
    (name) => stage.sotto(["keys", "generate", "--output", `../${name}.txt`], { as: "nobody" }).match(/age1\w+/)?.[0] ?? "",
  );
  stage.sotto(["decrypt", "secrets/prod.yaml"], { as: "ben", exit: 128 });
  const [ben = "", ci = ""] = recipients;
  const config = stage.read(".sops.yaml");
  const ana = /- &ana (age1\w+)\n/.exec(config)?.[0] ?? "";
  stage.write(
    ".sops.yaml",
    config
      .replace(ana, `${ana}  - &ben ${ben}\n  - &ci ${ci}\n`)
      .replaceAll(/age: \*ana\n/g, "age: [*ana, *ben, *ci]\n")
      .replace("  people:\n", "  people:\n    ben: {keys: [*ben]}\n    ci: {keys: [*ci]}\n"),
  );
  stage.sotto(["updatekeys", "--check", "secrets"], { exit: 206 });
  stage.sotto(["updatekeys", "-y", "secrets"]);
  check("Ben reads what Ana wrote", valueOf("secrets/prod.yaml", "database.port", "ben") === "6432");
  check("it says who can read a file", stage.sotto(["explain", "secrets/prod.yaml"]).includes("ben"));
  commit("Ben and the deploys can read");
}

function inspect(): void {
  stage.tell("Environments are looked at before anybody deploys them");
  check(
    "three of them",
    ["dev", "staging", "prod"].every((name) => stage.sotto(["env", "list"]).includes(name)),
  );
  check("prod has what staging lacks", stage.sotto(["env", "diff", "staging", "prod", "--keys"]).includes("SESSION_KEY"));
  stage.sotto(["env", "check"]);
  const key = valueOf("secrets/prod.yaml", "payments.key");
  stage.sotto(["unset", "secrets/prod.yaml", "payments.key"]);
  check("a missing key is found, with whom to ask", /payments\.key.*ask ben/.test(stage.sotto(["env", "check", "prod"], { exit: 206 })));
  stage.sotto(["set", "--string", "--value-stdin", "secrets/prod.yaml", "payments.key"], { input: key });

  stage.tell("The schema becomes types, and an example of a .env");
  stage.sotto(["types", "--output", "secrets.ts"]);
  stage.sotto(["types", "--format", "env-example", "--output", ".env.example"]);
  check(
    "both know the key of the payments",
    stage.read("secrets.ts").includes("payments") && stage.read(".env.example").includes("PAYMENTS_KEY"),
  );
  commit("Types");

  stage.tell("What CI runs for a change, without a key and with its own");
  stage.sotto(["git", "check", "--all"], { as: "nobody" });
  stage.sotto(["updatekeys", "--check", "secrets"], { as: "nobody" });
  stage.sotto(["verify", "secrets"], { as: "ci" });
  stage.sotto(["env", "check"], { as: "ci" });
}

function deploy(): void {
  const password = valueOf("secrets/prod.yaml", "database.password");

  stage.tell("A command gets the values of production, and its output is clean of them");
  const script = "console.log(Number(process.env.DATABASE_PORT) + 1, process.env.DATABASE_PASSWORD, process.env.SOPS_AGE_KEY_FILE)";
  const printed = stage.sotto(["run", "-e", "prod", "--redact", "--", "node", "-e", script], { as: "ci" });
  check("it has the port, and no identity", printed.startsWith("6433 ") && printed.endsWith(" undefined\n"));
  check("and nobody sees the password", !printed.includes(password));
  stage.sotto(["run", "-e", "prod", "--", "node", "-e", "process.exit(7)"], { as: "ci", exit: 7 });
  stage.sotto(["run", "-e", "prd", "--", "node", "-e", "0"], { as: "ci", exit: 1 });

  stage.tell("The same environment in every form that something reads");
  renderAll(stage, { password });

  stage.tell("A program of Node loads it on its own, as data and as variables");
  mkdirSync(stage.place("node_modules"));
  symlinkSync(ROOT, stage.place("node_modules/sotto"));
  const load =
    'import { loadSecrets } from "sotto"; const secrets = await loadSecrets({ environment: "prod" }); console.log(secrets.database.port, String(secrets.database.password).length)';
  check("loadSecrets", stage.run("node", ["--input-type=module", "-e", load], { as: "ci" }) === `6432 ${password.length}\n`);
  const env = { SOTTO_ENVIRONMENT: "prod" };
  const registered = stage.run("node", ["--import", "sotto/register", "-e", "console.log(process.env.DATABASE_PORT)"], { as: "ci", env });
  check("sotto/register", registered === "6432\n");
  stage.remove("node_modules");
}

function sayGoodbye(): void {
  stage.tell("Ben leaves: his key goes, data keys are renewed, and what is written from now on is not for him");
  const config = stage.read(".sops.yaml");
  const kept = config.split("\n").filter((line) => !/&ben|^ {4}ben:/.test(line));
  stage.write(".sops.yaml", kept.join("\n").replaceAll("[*ana, *ben, *ci]", "[*ana, *ci]"));
  stage.sotto(["updatekeys", "-y", "secrets"]);
  stage.sotto(["set", "--generate", "base64:32", "secrets/prod.yaml", "database.password"]);
  stage.sotto(["decrypt", "secrets/prod.yaml"], { as: "ben", exit: 128 });
  stage.sotto(["rotate", "-i", "secrets/prod.env"]);
  stage.sotto(["verify", "secrets"], { as: "ci" });
  stage.sotto(["env", "check"], { as: "ci" });
  commit("Ben has left");
  const secrets = [valueOf("secrets/prod.yaml", "database.password"), valueOf("secrets/prod.env", "SESSION_KEY", "ana", "SESSION_KEY")];
  check("no value is in any file", stage.find(secrets).length === 0);
}

function commit(message: string): void {
  stage.git("add", "--all");
  stage.git("commit", "--quiet", "--message", message);
}

/** Not shown with its command line. */
function valueOf(file: string, path: string, as = "ana", name = path): string {
  return stage.run(stage.outside("bin/sotto"), ["get", file, name], { as }).replace(/\n$/, "");
}
