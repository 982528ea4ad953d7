import { type OpenFile, parsePath, type PathPart, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { editFile } from "./_edit.ts";
import { IGNORE_MAC, INPUT_TYPE, OUTPUT_TYPE, THRESHOLD, UNLOCKING } from "./_flags.ts";

export const unset: Command = defineCommand({
  name: "unset",
  summary: "remove one value",
  description: "Removes a key or a list item from an encrypted file; everything else keeps its bytes.",
  args: [{ name: "file" }, { name: "path" }],
  flags: [
    { name: "idempotent", type: "boolean", help: "do nothing if there is no such entry" },
    IGNORE_MAC,
    INPUT_TYPE,
    OUTPUT_TYPE,
    { ...THRESHOLD, hidden: true },
    ...UNLOCKING,
  ],
  examples: ["sotto unset secrets/prod.yaml database.password", `sotto unset secrets/prod.yaml '["servers"][0]'`],
  surplus: "missing",
  async run(context) {
    const { flags, args } = context;
    const path = parsePath(args.path);
    return editFile(context, args.file, flags, false, (open) => {
      try {
        open.unset(path);
      } catch (error) {
        const missing = SottoError.is(error) && error.code === "PATH_NOT_FOUND" && !isBlocked(open, path);
        if (!(flags.idempotent && missing)) throw error;
      }
    });
  },
});

/** A value stands where the path goes on: that is an error in sops even when nothing has to be there. */
function isBlocked(open: OpenFile, path: readonly PathPart[]): boolean {
  return path.some((_, length) => {
    const node = length === 0 ? undefined : open.get(path.slice(0, length));
    return node !== undefined && node.kind !== "branch" && node.kind !== "sequence";
  });
}
