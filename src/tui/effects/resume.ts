/** The note about where one was, one for each project, in the folder for state. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { SottoError } from "../../model/error.ts";
import { decodeText, encodeText } from "../../model/text.ts";
import { noteOf, readNote, type Resume } from "../model/resume.ts";
import { findStateFolder } from "../terminal/crash.ts";
import { type Edge, projectOf } from "./edge.ts";

function placeOf(edge: Edge): readonly [folder: string, file: string] {
  const folder = join(findStateFolder(edge.host.env), "places");
  const name = createHash("sha256").update(projectOf(edge).root).digest("hex").slice(0, 16);
  return [folder, join(folder, `${name}.json`)];
}

export async function readPlace(edge: Edge): Promise<Resume | undefined> {
  const [, file] = placeOf(edge);
  try {
    return readNote(JSON.parse(decodeText(await edge.host.readFile(file))));
  } catch (error) {
    // It is not there, or it is not ours: then one begins at the top.
    if (SottoError.is(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A folder that cannot be written is no reason not to end. */
export async function writePlace(edge: Edge): Promise<void> {
  const note = edge.project === undefined ? undefined : noteOf(edge.state());
  if (note === undefined) return;
  const [folder, file] = placeOf(edge);
  try {
    await edge.host.makeFolder(folder, 0o700);
    await edge.host.writeFile(file, encodeText(JSON.stringify(note)), { mode: 0o600 });
  } catch (error) {
    if (!SottoError.is(error)) throw error;
  }
}
