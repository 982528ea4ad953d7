/** Paths as people type them: `database.password`, with `\.` for a dot inside a key. */
import { parsePath } from "../../file/path.ts";
import { SottoError } from "../../model/error.ts";

/** @returns the path, or what is wrong with it */
export function parsePathText(text: string): readonly string[] | string {
  try {
    const path = parsePath(text.trim()).map(String);
    if (path.length === 0 || path.some((part) => part === "")) return "a path has a name between its dots: database.password";
    if (path[0] === "sops") return "the name sops is where the metadata of the encrypted file goes";
    return path;
  } catch (error) {
    if (SottoError.is(error)) return error.message;
    throw error;
  }
}
