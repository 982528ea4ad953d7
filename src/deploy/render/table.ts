/** The forms that an environment can be written in. A form's module is loaded when it is asked for. */
import type { Renderer, RenderOptions } from "./renderer.ts";

/** Options that mean something for some forms only. */
export type OwnOption = Exclude<keyof RenderOptions, "platform" | "only" | "query">;

export interface RenderRow {
  readonly id: string;
  readonly title: string;
  readonly takes: readonly OwnOption[];
  readonly load: () => Promise<Renderer>;
}

export const RENDER_FORMATS: readonly RenderRow[] = [
  {
    id: "env",
    title: "assignments for a shell: set -a; . FILE",
    takes: ["prefix", "allowed"],
    load: async () => (await import("./shell.ts")).renderEnv,
  },
  {
    id: "shell",
    title: "the same with export",
    takes: ["prefix", "allowed"],
    load: async () => (await import("./shell.ts")).renderShell,
  },
  {
    id: "dotenv",
    title: "for the dotenv package and its likes",
    takes: ["prefix", "allowed"],
    load: async () => (await import("./dotenv.ts")).renderDotenv,
  },
  {
    id: "docker",
    title: "for docker run --env-file",
    takes: ["prefix", "allowed"],
    load: async () => (await import("./docker.ts")).renderDocker,
  },
  {
    id: "json",
    title: "nested, with numbers as they are",
    takes: ["indent"],
    load: async () => (await import("./documents.ts")).renderJson,
  },
  { id: "yaml", title: "the same", takes: ["indent"], load: async () => (await import("./documents.ts")).renderYaml },
  { id: "toml", title: "the same, without what is null", takes: [], load: async () => (await import("./toml.ts")).renderToml },
  {
    id: "properties",
    title: "Java's, keys by their paths",
    takes: ["prefix"],
    load: async () => (await import("./properties.ts")).renderProperties,
  },
  { id: "tfvars", title: "variables of Terraform", takes: [], load: async () => (await import("./terraform.ts")).renderTfvars },
  {
    id: "terraform-external",
    title: "for Terraform's external data source",
    takes: ["prefix"],
    load: async () => (await import("./terraform.ts")).renderExternal,
  },
  {
    id: "kubernetes",
    title: "a Secret",
    takes: ["prefix", "secret"],
    load: async () => (await import("./kubernetes.ts")).renderKubernetes,
  },
  {
    id: "systemd",
    title: "credentials of a service",
    takes: ["prefix", "directory"],
    load: async () => (await import("./systemd.ts")).renderSystemd,
  },
  {
    id: "github",
    title: "a step of GitHub Actions, masked first",
    takes: ["prefix", "allowed", "to"],
    load: async () => (await import("./github.ts")).renderGithub,
  },
  {
    id: "gitlab",
    title: "a dotenv report of GitLab CI",
    takes: ["prefix", "allowed"],
    load: async () => (await import("./gitlab.ts")).renderGitlab,
  },
  { id: "template", title: "a file of your own", takes: ["template"], load: async () => (await import("../template.ts")).renderTemplate },
];
