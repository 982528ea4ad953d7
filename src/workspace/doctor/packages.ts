/** Packages and programs that kinds of keys need, whether the rules use them or not. */
import { providers } from "../../../keys/index.ts";
import { hasPackage } from "../../host/packages.ts";
import { SottoError } from "../../model/error.ts";
import type { KeyContext } from "../../model/keys.ts";
import type { KeyProvider } from "../../model/provider.ts";
import type { Finding } from "./finding.ts";

/** @param used the kinds of keys of the rules: there a missing one is wrong */
export async function examinePackages(used: ReadonlySet<string>, context: KeyContext): Promise<readonly Finding[]> {
  const findings = providers.map(async (provider): Promise<readonly Finding[]> => {
    const missing = used.has(provider.id) ? "wrong" : "note";
    const packages = (provider.packages ?? []).map((name): Finding => {
      if (hasPackage(name)) return { area: "packages", state: "fine", message: `${provider.title}: ${name} is installed` };
      const message = `${provider.title}: ${name} is not installed`;
      return { area: "packages", state: missing, message, mend: `npm install -g ${name}` };
    });
    const program = await examineProgram(provider, missing, context);
    return program === undefined ? packages : [...packages, program];
  });
  return (await Promise.all(findings)).flat();
}

async function examineProgram(provider: KeyProvider, missing: "wrong" | "note", context: KeyContext): Promise<Finding | undefined> {
  const program = provider.program?.(context);
  if (program === undefined) return undefined;
  try {
    const end = await context.converse?.([program, "--version"], new Uint8Array());
    if (end?.code === 0) {
      const [version = ""] = new TextDecoder().decode(end.output).split("\n", 1);
      return { area: "packages", state: "fine", message: `${provider.title}: ${program} is ${version.trim()}` };
    }
  } catch (error) {
    if (!SottoError.is(error)) throw error;
  }
  return { area: "packages", state: missing, message: `${provider.title}: ${program} cannot be started`, mend: `install ${program}` };
}
