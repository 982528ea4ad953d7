/** A version of an edited file, opened as a whole with the key that is at hand. */
import { formatOfPath } from "../../../formats/index.ts";
import type { OpenFile } from "../../file/encrypted-file.ts";
import { naming } from "../../workspace/project.ts";
import { readEncrypted } from "../../workspace/read.ts";
import type { EditedFile } from "../../workspace/session/save-session.ts";
import { type Edge, projectOf } from "./edge.ts";

/** The version that the edits were made on. @throws SottoError what opening it throws */
export async function openBase(edge: Edge, { path, base, session }: EditedFile): Promise<OpenFile> {
  return naming(path, async () => {
    const version = await readEncrypted(base, formatOfPath(path));
    return session?.openVersion(version) ?? version.unlock({ ...projectOf(edge).access, file: path });
  });
}
