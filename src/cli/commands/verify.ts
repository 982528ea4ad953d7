import { type ErrorCode, listEncryptedFiles, type Project, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE, UNLOCKING } from "./_flags.ts";
import { showProgress } from "./_progress.ts";

interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly line?: number; readonly column?: number };
  /** Comments that should be encrypted and are not, or that do not verify. */
  readonly comments?: string;
}

export const verify: Command = defineCommand({
  name: "verify",
  summary: "check that files decrypt and were not tampered with",
  description:
    "Decrypts every value and compares the MAC; prints no value. A folder means every encrypted file in it; a file that cannot be decrypted, or is not encrypted, fails. Exit 206 if a file fails.",
  args: [{ name: "file", rest: true }],
  flags: [INPUT_TYPE, ...UNLOCKING],
  examples: ["sotto verify secrets/", "sotto verify secrets/prod.yaml"],
  async run(context) {
    const { flags, args } = context;
    if (args.file.length === 0) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto verify FILE or FOLDER"] });
    const project = await openProject(context, flags);
    const files = await listEncryptedFiles(context.host, args.file);
    const verdicts: Verdict[] = [];
    {
      using progress = showProgress(context, files.length);
      for (const { path } of files) {
        progress.step(path);
        verdicts.push(await verifyFile(project, path, flags["input-type"]));
      }
    }
    if (!context.json) for (const verdict of verdicts) context.out(context.visible(`${describe(verdict)}\n`));
    if (verdicts.length === 0) context.warn("no encrypted file found");
    context.result({ files: verdicts });
    return verdicts.every((verdict) => verdict.ok) ? 0 : 206;
  },
});

async function verifyFile(project: Project, file: string, type: string | undefined): Promise<Verdict> {
  try {
    using open = await project.open(file, { format: formatFor(type, file) });
    return { file, ok: true, ...(open.opened.suspects.length === 0 ? {} : { comments: describeSuspects(open) }) };
  } catch (error) {
    if (!SottoError.is(error) || error.code === "FILE_MISSING" || error.code === "FORMAT_UNKNOWN") throw error;
    return { file, ok: false, error: { code: error.code, message: error.message, ...error.position } };
  }
}

function describe({ file, error, comments }: Verdict): string {
  if (error === undefined) return `ok      ${file}${comments === undefined ? "" : ` (${comments})`}`;
  const place = error.line === undefined ? file : `${file}:${error.line}:${error.column ?? 1}`;
  return `FAILED  ${place}: ${error.message}`;
}
