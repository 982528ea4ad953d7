/** What a person chose in their own configuration: `tui: {keys, theme, recovery}` of `sotto/config.yaml`. */
import { basename } from "node:path";
import { SottoError } from "../../model/error.ts";
import type { Host } from "../../model/host.ts";
import { loadTuiSettings } from "../../policy/tui-settings.ts";
import type { KeyOverrides } from "../actions/keymap.ts";
import type { Look } from "../model/state.ts";
import { explainShort } from "./edge.ts";

export interface Settings {
  readonly keys: KeyOverrides;
  readonly theme: Look["color"] | undefined;
  /** Unsaved edits are kept, encrypted, for the case of a crash. */
  readonly recovery: boolean;
  readonly warnings: readonly string[];
}

/** A configuration that cannot be read must not keep anybody from their files: it is a warning. */
export async function readSettings(host: Host): Promise<Settings> {
  try {
    return { ...(await loadTuiSettings(host)), warnings: [] };
  } catch (error) {
    return {
      keys: new Map(),
      theme: undefined,
      recovery: true,
      warnings: [`your own keys and theme are not used: ${placeOf(error)}${explainShort(error)}`],
    };
  }
}

function placeOf(error: unknown): string {
  if (!SottoError.is(error) || error.file === undefined) return "";
  const line = error.position === undefined ? "" : `, line ${error.position.line}`;
  return `${basename(error.file)}${line}: `;
}
