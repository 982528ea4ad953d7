/** Profiles of AWS: which one the environment names, where they are written, and whether one is there. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";

/** Of the files with profiles. */
export function profilePaths({ env, home }: KeyContext): readonly [credentials: string, config: string] {
  return [env["AWS_SHARED_CREDENTIALS_FILE"] || `${home}/.aws/credentials`, env["AWS_CONFIG_FILE"] || `${home}/.aws/config`];
}

/** @returns empty when the environment names none */
export function ownProfile({ env }: KeyContext): string {
  return env["AWS_PROFILE"] || env["AWS_DEFAULT_PROFILE"] || "";
}

/**
 * As sops does: the clients for JavaScript would go on and take what else they find, such as the credentials of the machine.
 * @throws SottoError `IDENTITY_INVALID`
 */
export async function requireProfile(profile: string, context: KeyContext): Promise<void> {
  const paths = profilePaths(context);
  const texts = await Promise.all(paths.map((path) => context.readFile(path)));
  const names = texts.flatMap((text) =>
    Array.from(new TextDecoder().decode(text).matchAll(/^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/gm), ([, name]) => name),
  );
  for (const text of texts) text?.fill(0);
  if (names.includes(profile)) return;
  throw new SottoError("IDENTITY_INVALID", `there is no AWS profile ${JSON.stringify(profile)} in ${paths.join(" or ")}`, {
    hints: [`aws configure --profile ${profile}, or aws configure sso`],
  });
}
