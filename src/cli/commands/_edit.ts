/** What `set` and `unset` do alike. */
import { naming, type OpenFile, SottoError } from "../../index.ts";
import type { Context } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";

interface EditFlags {
  readonly "input-type": string | undefined;
  readonly "output-type": string | undefined;
  readonly "ignore-mac": boolean;
  readonly "decryption-order": string | undefined;
  readonly keyservice: readonly string[];
}

/** Opens a file, changes it in memory, and writes it if it then differs. */
export async function editFile(context: Context, file: string, flags: EditFlags, change: (open: OpenFile) => void): Promise<number> {
  const format = formatFor(flags["input-type"], file);
  if (formatFor(flags["output-type"], file) !== format && flags["output-type"] !== undefined) {
    throw new SottoError("BAD_FLAGS", "a file is edited in its own format", { hints: ["leave out --output-type"] });
  }
  const project = await openProject(context, flags);
  const expected = await context.host.readFile(file);
  return naming(file, async () => {
    using open = await project.open(file, { format, ignoreMac: flags["ignore-mac"] });
    change(open);
    const changed = open.changed;
    if (changed) await context.host.writeFile(file, open.encode(context.host.now()), { expected });
    context.result({ file, changed });
    return 0;
  });
}
