/** An encrypted file that begins with one key and no value yet, so that its first value never lies anywhere in plaintext. */
import { dirname } from "node:path";
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { startFile } from "../file/encrypt-file.ts";
import { exampleOf } from "../file/examples.ts";
import { SottoError } from "../model/error.ts";
import { encodeText } from "../model/text.ts";
import type { FormatId, Node } from "../model/tree.ts";
import { refuseFlawed } from "../policy/config.ts";
import { naming, type Project } from "./project.ts";
import { saveVersion } from "./save-version.ts";
import { settingsFor } from "./start-encrypt.ts";

/**
 * @returns the format that its ending says
 * @throws SottoError why there cannot be such a file: `CONFIG_MISSING`, `CONFIG_INVALID`, `NO_MATCHING_RULE`, `REFUSED` when it is there
 */
export async function checkNewFile(project: Project, path: string): Promise<FormatId> {
  if (project.config === undefined) throw new SottoError("CONFIG_MISSING", "there is no .sops.yaml", { hints: ["sotto init writes one"] });
  refuseFlawed(project.config);
  if ((await project.host.stat(path)) !== undefined) throw new SottoError("REFUSED", `${path} is there already`, { file: path });
  const format = formatOfPath(path);
  await naming(path, () => settingsFor(project, path, format));
  return format;
}

/**
 * Makes the file and the folders above it. A file without keys, of a format of its own, begins as the example of `sotto edit`.
 * @param key of the empty value that it begins with
 * @throws SottoError as {@link checkNewFile}; `PATH_NOT_FOUND` for a key that the format cannot hold, `FILE_UNWRITABLE`
 */
export async function createFile(project: Project, path: string, key: readonly string[]): Promise<void> {
  const format = await checkNewFile(project, path);
  await naming(path, async () => {
    const settings = await settingsFor(project, path, format);
    const bytes = format === "binary" ? exampleOf(format) : await firstText(format, key);
    // There is nothing to hide yet.
    using open = await startFile({ bytes, format }, { ...settings, allowPlaintext: true }, project.access);
    const folder = dirname(path);
    if ((await project.host.stat(folder)) === undefined) await project.host.makeFolder(folder, 0o777);
    await saveVersion(project, path, undefined, open.encode(settings.now));
  });
}

async function firstText(format: FormatId, key: readonly string[]): Promise<Uint8Array> {
  const depth = format === "dotenv" ? 1 : format === "ini" ? 2 : undefined;
  if (key.length === 0 || key.includes("") || (depth !== undefined && key.length !== depth)) {
    const form =
      depth === 1 ? "a name without dots" : depth === 2 ? "a section and a name: database.password" : "a path: database.password";
    throw new SottoError("PATH_NOT_FOUND", `a key of this file is ${form}`);
  }
  const value = key.reduceRight<Node>((below, name) => ({ kind: "branch", entries: [{ kind: "pair", key: name, value: below }] }), {
    kind: "scalar",
    type: "str",
    canonical: "",
  });
  if (value.kind !== "branch") throw new TypeError("a path has parts");
  return encodeText((await loadFormat(format)).emit([value]));
}
