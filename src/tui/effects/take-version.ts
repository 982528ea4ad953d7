/** A file becomes another version of itself whose bytes are at hand: the next edits are made on that one. */
import { formatOfPath } from "../../../formats/index.ts";
import { SessionFile } from "../../workspace/session/session-file.ts";
import type { Edge } from "./edge.ts";
import { describeSession } from "./load.ts";
import { unlockFile } from "./open-values.ts";

/** The data key is taken over where it is the same, so that nobody is asked again. @throws SottoError for bytes that cannot be read */
export async function takeVersion(edge: Edge, path: string, bytes: Uint8Array): Promise<void> {
  const session = await SessionFile.read(bytes, path, formatOfPath(path));
  const view = await describeSession(edge, session);
  const before = edge.held.get(path)?.session;
  const wasOpen = before !== undefined && !before.locked;
  const taken = before !== undefined && session.unlockAs(before);
  before?.lock();
  edge.held.set(path, { bytes, session });
  edge.dispatch({ topic: "project", kind: "file", file: taken ? { ...view, key: "open" } : view });
  if (wasOpen && !taken) await unlockFile(edge, path, false);
}
