/** The identities of this person, and who else can read them. */
import { providers } from "../../../keys/index.ts";
import type { RecoverOptions } from "../../keyring/recover.ts";
import { SottoError } from "../../model/error.ts";
import type { Host } from "../../model/host.ts";
import { type FoundIdentity, listIdentities } from "../identities.ts";
import { findTrustedPlugin } from "../key-access.ts";
import type { Finding } from "./finding.ts";

const OTHERS = 0o077;

/** @param used the kinds of keys of the rules; other programs than those that serve them are not started */
export async function examineIdentities(host: Host, access: RecoverOptions, used: ReadonlySet<string>): Promise<readonly Finding[]> {
  const { identities, problems } = await listIdentities(host);
  const nameOf = (label: string): string | undefined => access.nameOf?.(label);
  const findings: Finding[] = [];
  for (const one of identities) findings.push(await examineIdentity(host, one, nameOf));
  for (const provider of providers.filter(({ id }) => id !== "age" && used.has(id))) {
    for (const label of (await provider.held?.(access.context)) ?? []) {
      findings.push({ area: "keys", state: "fine", message: named(`${provider.title} ${label}`, nameOf(label)) });
    }
  }
  for (const { source, message } of problems) {
    findings.push({ area: "keys", state: "wrong", message: `${source}: ${message}`, mend: mendOf(source) });
  }
  if (host.platform !== "win32") {
    for (const path of filesOf(host, identities)) {
      const mode = await modeOf(host, path);
      if (mode === undefined || (mode & OTHERS) === 0) continue;
      const message = `${path} can be read by others (mode ${mode.toString(8).padStart(4, "0")})`;
      findings.push({ area: "keys", state: "weak", message, mend: `chmod 600 ${path}` });
    }
  }
  for (const name of ["SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_CMD"]) {
    if ((host.env[name] ?? "") === "") continue;
    findings.push({ area: "keys", state: "note", message: `${name} is run when a file is decrypted; it is not run here` });
  }
  return findings;
}

async function examineIdentity(
  host: Host,
  { recipient, source, kind, plugin }: FoundIdentity,
  nameOf: (label: string) => string | undefined,
): Promise<Finding> {
  if (plugin !== undefined) {
    const message = `an identity of age-plugin-${plugin}, from ${source}`;
    try {
      await findTrustedPlugin(host, plugin);
      return { area: "keys", state: "fine", message };
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      const [mend = `install age-plugin-${plugin}`] = error.hints;
      return { area: "keys", state: "weak", message: `${message}: ${error.message}`, mend };
    }
  }
  const what = recipient === undefined ? `an identity that is ${kind}` : named(shorten(recipient), nameOf(recipient));
  return { area: "keys", state: "fine", message: `${what}, from ${source}` };
}

function named(text: string, name: string | undefined): string {
  return name === undefined ? text : `${text} (${name})`;
}

/** A hybrid recipient has 2,000 characters. */
export function shorten(label: string): string {
  return label.length > 120 ? `${label.slice(0, 24)}…${label.slice(-8)}` : label;
}

function mendOf(source: string): string {
  return /^[A-Z_]+$/.test(source) ? `set ${source} to what it should be, or unset ${source}` : "sotto keys list shows what is read";
}

/** A source is a path, or the variable that holds one. */
function filesOf(host: Host, identities: readonly FoundIdentity[]): ReadonlySet<string> {
  const paths = identities.flatMap(({ source }) => {
    if (!/^[A-Z_]+$/.test(source)) return [source];
    return source.endsWith("_FILE") ? [host.env[source] ?? ""] : [];
  });
  return new Set(paths.filter((path) => path !== ""));
}

/** @returns undefined for what is no file, such as the pipe of a shell */
async function modeOf(host: Host, path: string): Promise<number | undefined> {
  const info = await host.stat(path).catch(() => undefined);
  return info?.kind === "file" ? info.mode & 0o777 : undefined;
}
