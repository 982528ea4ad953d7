import type { Host } from "../model/host.ts";
import { decodeText } from "../model/text.ts";

/** @returns undefined when there is no such file */
export async function readText(host: Host, path: string): Promise<string | undefined> {
  return (await host.stat(path)) === undefined ? undefined : decodeText(await host.readFile(path));
}
