/** What `set` and `unset` do alike. */
import { type OpenFile, type Project, reencode, replaceFiles } from "../../index.ts";
import type { Context } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";

interface EditFlags {
  readonly "input-type": string | undefined;
  readonly "output-type": string | undefined;
  readonly "ignore-mac": boolean;
  readonly "decryption-order": string | undefined;
  readonly keyservice: readonly string[];
  readonly "enable-local-keyservice": boolean;
}

type Edit = (open: OpenFile, project: Project) => void | Promise<void>;

/**
 * Opens a file, changes it in memory, and writes it if it then differs; all of it under the file's lock.
 * @param encrypts true for a command that encrypts something new (see `openProject`)
 */
export async function editFile(context: Context, file: string, flags: EditFlags, encrypts: boolean, change: Edit): Promise<number> {
  const format = formatFor(flags["input-type"], file);
  const output = flags["output-type"] === undefined ? format : formatFor(flags["output-type"], file);
  const project = await openProject(context, flags, encrypts);
  let changed = false;
  await replaceFiles(project, [file], async () => {
    using open = await project.open(file, { format, ignoreMac: flags["ignore-mac"] });
    await change(open, project);
    const { indent } = context.globals;
    const anew = output !== format || indent !== undefined;
    changed = open.changed || anew;
    if (!changed) return undefined;
    const now = context.host.now();
    return anew ? await reencode(open, { format: output, indent, now }) : open.encode(now);
  });
  context.result({ file, changed });
  return 0;
}
