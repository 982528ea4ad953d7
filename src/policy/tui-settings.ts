/** The part of the user's own configuration that is about the terminal interface. */
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import { readBool, readFields, readText, readTexts } from "./fields.ts";
import { ConfigSource } from "./source.ts";
import { findTrustFile, readRoot, type TrustReader } from "./trust.ts";

export interface TuiSettings {
  /** Keys by action; none for an action that is switched off. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly theme: Theme | undefined;
  /** False where unsaved edits are not to be kept for the case of a crash. */
  readonly recovery: boolean;
}

export type Theme = "dark" | "light" | "contrast" | "none";

const NOTHING: TuiSettings = { keys: new Map(), theme: undefined, recovery: true };
const THEMES: readonly Theme[] = ["dark", "light", "contrast", "none"];
/** What stands in place of a key to switch an action off. */
const DISABLED = "<disabled>";

/** @throws SottoError `CONFIG_INVALID` with the place */
export async function loadTuiSettings(reader: TrustReader): Promise<TuiSettings> {
  const path = findTrustFile(reader);
  if (path === undefined) return NOTHING;
  try {
    return parseTuiSettings(path, decodeText(await reader.readFile(path)));
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return NOTHING;
    throw error;
  }
}

/** @throws SottoError `CONFIG_INVALID` */
export function parseTuiSettings(path: string, text: string): TuiSettings {
  const source = new ConfigSource(path, text);
  const root = readRoot(source);
  if (root.node.kind === "null") return NOTHING;
  const tui = readFields(source, root, "this file", "a mapping").find((field) => field.key === "tui");
  if (tui === undefined || tui.node.kind === "null") return NOTHING;
  const fields = new Map(readFields(source, tui, "tui", "a mapping").map((field) => [field.key, field]));
  const keysField = fields.get("keys");
  const themeField = fields.get("theme");
  const keys = new Map<string, readonly string[]>();
  if (keysField !== undefined && keysField.node.kind !== "null") {
    for (const field of readFields(source, keysField, "tui.keys", "a mapping")) {
      const texts = field.node.kind === "scalar" ? [readText(source, field, field.key)] : readTexts(source, field, field.key);
      keys.set(field.key, texts.length === 1 && texts[0] === DISABLED ? [] : texts);
    }
  }
  const theme = themeField === undefined ? undefined : readText(source, themeField, "tui.theme");
  const known = THEMES.find((one) => one === theme);
  if (theme !== undefined && known === undefined) {
    throw source.error(themeField?.span ?? tui.span, `there is no theme ${JSON.stringify(theme)}`, {
      hints: [`themes: ${THEMES.join(", ")}`],
    });
  }
  const recovery = fields.get("recovery");
  return { keys, theme: known, recovery: recovery === undefined || readBool(source, recovery, "tui.recovery") };
}
