import { type ErrorCode, listEncryptedFiles, type Project, SottoError } from "../../index.ts";
import { type Command, defineCommand } from "../command.ts";
import { formatFor, openProject } from "./_files.ts";
import { INPUT_TYPE, UNLOCKING } from "./_flags.ts";

interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /** Comments that should be encrypted and are not, or that do not verify. */
  readonly suspectComments: number;
}

export const verify: Command = defineCommand({
  name: "verify",
  summary: "check that files decrypt and were not tampered with",
  description:
    "Decrypts every value and compares the MAC; prints no value. A folder means every encrypted file in it. Exit 206 if a file fails.",
  args: [{ name: "file", rest: true }],
  flags: [INPUT_TYPE, ...UNLOCKING],
  examples: ["sotto verify secrets/", "sotto verify secrets/prod.yaml"],
  async run(context) {
    const { flags, args } = context;
    if (args.file.length === 0) throw new SottoError("NO_FILE", "no file named", { hints: ["sotto verify FILE or FOLDER"] });
    const project = await openProject(context, flags);
    const verdicts: Verdict[] = [];
    for (const file of await listEncryptedFiles(context.host, args.file)) {
      const verdict = await verifyFile(project, file, flags["input-type"]);
      verdicts.push(verdict);
      if (context.json) continue;
      const note = verdict.suspectComments === 0 ? "" : ` (${verdict.suspectComments} comments are not encrypted, or do not verify)`;
      context.out(context.visible(verdict.ok ? `ok      ${file}${note}\n` : `FAILED  ${file}: ${verdict.error?.message ?? "unknown"}\n`));
    }
    context.result({ files: verdicts });
    return verdicts.every((verdict) => verdict.ok) ? 0 : 206;
  },
});

async function verifyFile(project: Project, file: string, type: string | undefined): Promise<Verdict> {
  try {
    using open = await project.open(file, { format: formatFor(type, file) });
    return { file, ok: true, suspectComments: open.opened.suspects.length };
  } catch (error) {
    if (!SottoError.is(error) || error.code === "FILE_MISSING" || error.code === "FORMAT_UNKNOWN") throw error;
    return { file, ok: false, error: { code: error.code, message: error.message }, suspectComments: 0 };
  }
}
