/** What the tests of Kubernetes Secrets share. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as readYaml } from "yaml";
import type { KubernetesSecret } from "../../src/deploy/render/renderer.ts";
import { renderTree, type Tree } from "./render-values.ts";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

const SECRET: KubernetesSecret = { name: "app" };

export async function render(tree: Tree, secret: Partial<KubernetesSecret> = {}, only: readonly string[] = []): Promise<string> {
  return renderTree(tree, "kubernetes", { secret: { ...SECRET, ...secret }, only });
}

export function contents({ data }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

export const readManifest = (text: string): Manifest => readYaml(text, { version: "1.1" }) as Manifest;

/** A certificate with its key, made for this run. */
export function makePair(folder: string, name: string): { readonly crt: string; readonly key: string } {
  const [crt, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const { status } = spawnSync(
    "openssl",
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=example.org -keyout ${key} -out ${crt}`.split(" "),
  );
  if (status !== 0) throw new Error("openssl failed");
  return { crt: readFileSync(crt, "utf8"), key: readFileSync(key, "utf8") };
}
