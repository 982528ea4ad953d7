/** A manifest of a Kubernetes Secret. Everything that the API server would refuse is refused here, all of it at once. */
import { encodeText } from "../../model/text.ts";
import { SottoError } from "../../model/error.ts";
import { type EnvironmentValue, unfit } from "../environment.ts";
import type { NamedValue } from "../names.ts";
import { nameTexts } from "./names.ts";
import type { KubernetesSecret, Renderer, RenderOptions } from "./renderer.ts";
import { suggest } from "../../policy/suggest.ts";

/** Of all values together, before base64. */
const MAX_SIZE = 1024 * 1024;
const MAX_KEY = 253;

export const renderKubernetes: Renderer = async (values, options) => {
  const { secret } = options;
  if (secret === undefined) throw new SottoError("BAD_FLAGS", "a Secret needs a name", { hints: ["give it one: --name app-secrets"] });
  const type = findType(secret.type);
  const problems = nameProblems(secret);
  const named = type.keys.length === 0 ? nameData(values, options) : await nameTyped(type, values, options, problems);
  const data = named.map(({ name, text }) => ({ name, bytes: encodeText(text) }));
  const size = data.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > MAX_SIZE) problems.push(`the values have ${size} bytes, and a Secret holds ${MAX_SIZE}`);
  if (problems.length > 0) throw unfit(problems, ["a Secret that the API server refuses is of no use, so nothing was written"]);
  return { bytes: encodeText(manifest(secret, type, data)) };
};

interface SecretType {
  readonly flag: string;
  readonly name: string;
  /** What it is made of; none for any keys. */
  readonly keys: readonly { readonly key: string; readonly optional?: boolean }[];
  /** At least one of the optional ones has to be there. */
  readonly any?: boolean;
}

const TYPES: readonly SecretType[] = [
  { flag: "Opaque", name: "Opaque", keys: [] },
  { flag: "tls", name: "kubernetes.io/tls", keys: [{ key: "tls.crt" }, { key: "tls.key" }, { key: "ca.crt", optional: true }] },
  { flag: "dockerconfigjson", name: "kubernetes.io/dockerconfigjson", keys: [{ key: ".dockerconfigjson" }] },
  {
    flag: "basic-auth",
    name: "kubernetes.io/basic-auth",
    keys: [
      { key: "username", optional: true },
      { key: "password", optional: true },
    ],
    any: true,
  },
  { flag: "ssh-auth", name: "kubernetes.io/ssh-auth", keys: [{ key: "ssh-privatekey" }] },
];

/** @throws SottoError `BAD_FLAGS` */
function findType(text = "Opaque"): SecretType {
  const found = TYPES.find(({ flag, name }) => flag.toLowerCase() === text.toLowerCase() || name === text);
  if (found !== undefined) return found;
  const flags = TYPES.map(({ flag }) => flag);
  const near = suggest(text, flags);
  throw new SottoError("BAD_FLAGS", `${text} is no type of a Secret`, {
    hints: [near === undefined ? `types are ${flags.join(", ")}` : `did you mean ${near}?`],
  });
}

function nameData(values: readonly EnvironmentValue[], options: RenderOptions): readonly NamedValue[] {
  return nameTexts(values, options, {
    isName: (name) => /^[-._a-zA-Z0-9]+$/.test(name) && name.length <= MAX_KEY && name !== "." && !name.startsWith(".."),
    noun: "key of a Secret",
  });
}

/**
 * A type with keys of its own takes the values whose paths end in them: `tls.crt` is at `tls.crt` or at `web.tls.crt`.
 * What else there is stays out.
 */
async function nameTyped(
  type: SecretType,
  values: readonly EnvironmentValue[],
  options: RenderOptions,
  problems: string[],
): Promise<readonly NamedValue[]> {
  // Paths as names, so that none is wrong and `--only` counts.
  const all = nameTexts(values, { ...options, prefix: "" }, { nameOf: (path) => JSON.stringify(path), isName: () => true, noun: "path" });
  const found = type.keys.flatMap(({ key, optional = false }) => {
    const plain = key.replace(/^\./, "");
    const fits = all.filter(({ path }) => [key, plain].some((one) => path.join(".") === one || path.join(".").endsWith(`.${one}`)));
    if (fits.length > 1) {
      problems.push(`${fits.map(({ path }) => path.join(".")).join(" and ")} could both be ${key}; choose with --only`);
    }
    if (fits.length === 0 && !optional) problems.push(`a Secret of type ${type.flag} needs a value whose path ends in ${plain}`);
    return fits.map((one) => ({ ...one, name: key }));
  });
  if (type.any === true && found.length === 0) {
    problems.push(`a Secret of type ${type.flag} needs a value whose path ends in ${type.keys.map(({ key }) => key).join(" or ")}`);
  }
  if (problems.length === 0) {
    const { checkTyped } = await import("./kubernetes-values.ts");
    problems.push(...checkTyped(type.flag, new Map(found.map(({ name, text }) => [name, text]))));
  }
  return found;
}

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

const isLabel = (text: string): boolean => LABEL.test(text) && text.length <= MAX_LABEL;
/** DNS-1123; unlike those of host names, its parts may be long. */
const isSubdomain = (text: string): boolean => text.length <= MAX_SUBDOMAIN && text.split(".").every((part) => LABEL.test(part));
const isQualified = (text: string): boolean => QUALIFIED.test(text) && text.length <= MAX_LABEL;

function nameProblems({ name, namespace, labels = [] }: KubernetesSecret): string[] {
  const problems: string[] = [];
  if (!isSubdomain(name)) problems.push(`--name ${name} is no name of a Secret: lower case letters, digits, - and . (DNS-1123)`);
  if (namespace !== undefined && !isLabel(namespace)) {
    problems.push(`--namespace ${namespace} is no namespace: at most ${MAX_LABEL} lower case letters, digits and -`);
  }
  for (const { text, key, value } of labels.map((label) => splitLabel(label))) {
    const [prefix, own = ""] = key.includes("/") ? [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)] : [undefined, key];
    const fits =
      value !== undefined && isQualified(own) && (prefix === undefined || isSubdomain(prefix)) && (value === "" || isQualified(value));
    if (!fits) problems.push(`--label ${text} is no label: KEY=VALUE of letters, digits, -, _ and . (at most ${MAX_LABEL} each)`);
  }
  const keys = labels.map((label) => splitLabel(label).key);
  for (const key of new Set(keys.filter((one, at) => keys.indexOf(one) !== at))) problems.push(`--label ${key} is there twice`);
  return problems;
}

function splitLabel(text: string): { readonly text: string; readonly key: string; readonly value: string | undefined } {
  const at = text.indexOf("=");
  return at === -1 ? { text, key: text, value: undefined } : { text, key: text.slice(0, at), value: text.slice(at + 1) };
}

/** Everything that could be read as something else than a text is quoted; all of it is ASCII by now. */
function manifest(
  { name, namespace, labels = [] }: KubernetesSecret,
  type: SecretType,
  data: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): string {
  const pairs = labels.map((label) => splitLabel(label));
  return [
    "apiVersion: v1",
    "kind: Secret",
    "metadata:",
    `  name: ${JSON.stringify(name)}`,
    ...(namespace === undefined ? [] : [`  namespace: ${JSON.stringify(namespace)}`]),
    ...(pairs.length === 0 ? [] : ["  labels:", ...pairs.map(({ key, value }) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)]),
    `type: ${type.name}`,
    data.length === 0 ? "data: {}" : "data:",
    ...data.map((one) => `  ${JSON.stringify(one.name)}: "${Buffer.from(one.bytes).toString("base64")}"`),
    "",
  ].join("\n");
}
