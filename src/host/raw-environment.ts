/**
 * Variables whose values are not UTF-8. Node hands programs text only, so these go by way of a shell that reads them from a
 * pipe and then makes place for the command.
 */
import { readFileSync } from "node:fs";
import { SottoError } from "../model/error.ts";
import { decodeText, encodeText, hasRawBytes } from "../model/text.ts";
import type { ShellCall, SpawnOptions } from "./spawn.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** An environment as it was given to this process; what is not UTF-8 is in it as `decodeText` has it, where the system tells. */
export function recoverRaw(env: Environment): Environment {
  if (!Object.values(env).some((value) => value?.includes("\uFFFD"))) return env;
  const recovered = { ...env };
  for (const entry of readOwn()) {
    const equals = entry.indexOf("=");
    const name = entry.slice(0, equals);
    const value = entry.slice(equals + 1);
    if (hasRawBytes(value) && env[name] === lossy(value)) recovered[name] = value;
  }
  return recovered;
}

function readOwn(): readonly string[] {
  try {
    return decodeText(readFileSync("/proc/self/environ")).split("\0");
  } catch {
    return [];
  }
}

/** As Node has it: each byte that is not UTF-8 replaced, several of them perhaps by one. */
function lossy(value: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(encodeText(value));
}

/** @throws SottoError `ENVIRONMENT_UNFIT` for a name that no shell can export */
export function passRaw(
  call: ShellCall,
  options: SpawnOptions,
  platform: string,
): { readonly call: ShellCall; readonly options: SpawnOptions } {
  const raw = Object.entries(options.env).filter(([name, value]) => hasRawBytes(value) || hasRawBytes(name));
  if (raw.length === 0 || platform === "win32") return { call, options };
  const env = { ...options.env };
  for (const [name] of raw) delete env[name];
  const descriptors = new Map(options.descriptors);
  const input = [3, 4, 5, 6, 7, 8, 9].find((number) => !descriptors.has(number)) ?? 9;
  descriptors.set(
    input,
    encodeText(raw.map(([name, value]) => `export ${checkName(name)}='${value.replaceAll("'", String.raw`'\''`)}'\n`).join("")),
  );
  const script = `eval "$(cat <&${input})"; exec ${input}<&-; exec "$0" "$@"`;
  return { call: { file: "/bin/sh", args: ["-c", script, call.file, ...call.args] }, options: { ...options, env, descriptors } };
}

function checkName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new SottoError("ENVIRONMENT_UNFIT", `cannot use a value that is not UTF-8 under the name ${name.toWellFormed()}`, {
    hints: ["use letters, digits and underscores in the name"],
  });
}
