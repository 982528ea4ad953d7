/** Opens the versions that are compared: commits, and the working copy with the edits that are not saved. */
import { formatOfPath } from "../../../formats/index.ts";
import { readAtCommit } from "../../git/history.ts";
import { ABSENT, type OpenedSide } from "../../git/opened-sides.ts";
import { SottoError } from "../../model/error.ts";
import { decodeText } from "../../model/text.ts";
import { readEncrypted } from "../../workspace/read.ts";
import { applyEdits } from "../../workspace/session/session-edits.ts";
import { editsByFile } from "../model/edits.ts";
import { NOTHING, type VersionRef, WORKING } from "../model/history.ts";
import { type Edge, projectOf } from "./edge.ts";
import type { Past } from "./history-past.ts";
import { toSessionEdits } from "./session-edits.ts";

export interface OpenedVersion {
  readonly side: OpenedSide;
  /** As it stands in the file, encrypted; undefined for a file that is not there. */
  readonly text: string | undefined;
}

/** From here on values of these versions can be asked for, and of no others. @throws SottoError what reading a file throws */
export async function openVersions(
  edge: Edge,
  past: Past,
  file: string,
  versions: readonly VersionRef[],
): Promise<readonly OpenedVersion[]> {
  const opened: OpenedVersion[] = [];
  for (const version of versions) opened.push(await openVersion(edge, past, file, version));
  past.hold(file, new Map(versions.map(({ commit }, index) => [commit, opened[index]?.side ?? ABSENT])));
  return opened;
}

async function openVersion(edge: Edge, past: Past, file: string, { commit, path }: VersionRef): Promise<OpenedVersion> {
  if (commit === NOTHING) return { side: ABSENT, text: undefined };
  if (commit === WORKING) return openWorking(edge, past, file);
  const version = await readAtCommit(projectOf(edge), commit, path);
  return { side: await past.sides.read(version), text: version === undefined ? undefined : textOf(version.bytes) };
}

async function openWorking(edge: Edge, past: Past, file: string): Promise<OpenedVersion> {
  const held = edge.held.get(file);
  const format = formatOfPath(file);
  const bytes = held?.bytes ?? (await edge.host.readFile(file));
  const edited = held?.session === undefined ? undefined : await openEdited(edge, past, file, held);
  return edited ?? { side: await past.sides.read({ name: file, path: file, format, bytes }), text: textOf(bytes) };
}

/** @returns undefined for a file that no key opens here, or that is damaged: it cannot have been edited either */
async function openEdited(
  edge: Edge,
  past: Past,
  file: string,
  { bytes, session }: NonNullable<ReturnType<Edge["held"]["get"]>>,
): Promise<OpenedVersion | undefined> {
  try {
    using open = session?.openVersion(await readEncrypted(bytes, formatOfPath(file)));
    if (open === undefined) return undefined;
    const edits = editsByFile(edge.state().edits).get(file) ?? [];
    applyEdits(open, toSessionEdits(edge.vault, edits));
    return { side: await past.sides.of(open), text: open.current.document.text };
  } catch (error) {
    if (SottoError.is(error) && (error.code === "MAC_MISMATCH" || error.code === "MAC_MISSING")) return undefined;
    throw error;
  }
}

/** Of a binary file that is not encrypted nothing is shown. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}
