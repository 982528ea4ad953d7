/** One environment in every form, each read back by something that reads such a form. */
import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";
import { check, type Stage } from "./stage.ts";

interface Expected {
  readonly password: string;
}

export function renderAll(stage: Stage, { password }: Expected): void {
  const render = (format: string, ...flags: readonly string[]): string =>
    stage.sotto(["render", "-e", "prod", "--format", format, ...flags], { as: "ci" });
  const only = ["--only", "database.port", "--only", "database.password"];

  for (const format of ["env", "shell"]) {
    const read = stage.run("sh", ["-c", 'eval "$(cat)"; printf %s "$DATABASE_PASSWORD"'], { input: render(format, ...only) });
    check(`sh reads ${format}`, read === password);
  }
  check("Node reads dotenv", parseEnv(render("dotenv", ...only))["DATABASE_PASSWORD"] === password);
  check(
    "docker's lines",
    render("docker", ...only)
      .split("\n")
      .includes(`DATABASE_PASSWORD=${password}`),
  );
  check(
    "gitlab's lines",
    render("gitlab", ...only)
      .split("\n")
      .includes(`DATABASE_PASSWORD=${password}`),
  );
  check("JSON", (JSON.parse(render("json")) as Nested).database.password === password);
  check("Terraform's external data", (JSON.parse(render("terraform-external", ...only)) as Flat)["DATABASE_PASSWORD"] === password);
  for (const format of ["yaml", "toml", "properties", "tfvars"]) check(format, render(format, ...only).includes("6432"));

  const secret = render("kubernetes", "--name", "shop", ...only);
  check("a Secret of Kubernetes", secret.includes("kind: Secret") && secret.includes(Buffer.from(password).toString("base64")));

  const folder = stage.outside("credentials");
  const lines = render("systemd", "--out", "../credentials", ...only);
  check("systemd's credentials", lines.includes("LoadCredential=DATABASE_PASSWORD:"));
  check(
    "in files for one user",
    readFileSync(`${folder}/DATABASE_PASSWORD`, "utf8") === password && mode(`${folder}/DATABASE_PASSWORD`) === 0o600,
  );

  const runner = stage.outside("github-env");
  const flags = ["render", "-e", "prod", "--format", "github", ...only];
  check("GitHub's masks", stage.sotto(flags, { as: "ci", env: { GITHUB_ENV: runner } }).includes("::add-mask::"));
  check("and its variables", readFileSync(runner, "utf8").includes("DATABASE_PASSWORD<<"));

  stage.write("nginx.conf.tpl", 'proxy_set_header X-Key "{{ payments.key }}"; # {{ database.port }}\n');
  const output = stage.outside("nginx.conf");
  stage.sotto(["render", "-e", "prod", "--template", "nginx.conf.tpl", "--output", "../nginx.conf"], { as: "ci" });
  check("a template of our own", readFileSync(output, "utf8").includes("# 6432") && mode(output) === 0o600);
}

interface Nested {
  readonly database: { readonly password: string };
}

type Flat = Readonly<Record<string, string>>;

function mode(path: string): number {
  return statSync(path).mode & 0o777;
}
