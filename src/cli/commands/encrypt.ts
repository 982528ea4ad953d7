import {
  encryptFile,
  encryptOnto,
  guardNext,
  naming,
  type PlainInput,
  type Project,
  readEither,
  replaceFiles,
  SottoError,
} from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { STANDARD_INPUT } from "../hints.ts";
import { checkDestination, formatFor, openProject, readInput, writeResult } from "./_files.ts";
import {
  AWS,
  FILENAME_OVERRIDE,
  IN_PLACE,
  INPUT_TYPE,
  KEY_FLAGS,
  OUTPUT,
  OUTPUT_TYPE,
  SELECTOR_FLAGS,
  THRESHOLD,
  UNLOCKING,
} from "./_flags.ts";
import { describeGroups, findRecipients, findSelector } from "./_keys.ts";

export const encrypt: Command = defineCommand({
  name: "encrypt",
  summary: "encrypt a file",
  description:
    "Encrypts the values of a plaintext file, each in its place, for the recipients of its creation rule in .sops.yaml or for those named here. Layout, comments and key names stay as they are; key names, sizes and structure stay readable.",
  args: [{ name: "file", optional: true }],
  flags: [
    IN_PLACE,
    OUTPUT,
    {
      name: "onto",
      type: "string",
      value: "encrypted",
      help: "make FILE the next version of this encrypted file: what did not change keeps its ciphertext",
    },
    ...KEY_FLAGS,
    ...AWS,
    INPUT_TYPE,
    OUTPUT_TYPE,
    ...SELECTOR_FLAGS,
    THRESHOLD,
    FILENAME_OVERRIDE,
    { name: "allow-plaintext", type: "boolean", help: "write the file even if nothing in it is encrypted" },
    { name: "no-residue", type: "boolean", help: "do not keep spellings that ciphertext cannot hold (dates, 1.0, folded text)" },
    ...UNLOCKING,
  ],
  examples: [
    "sotto encrypt -i secrets/prod.yaml",
    "sotto encrypt --age age1… --encrypted-regex '^(data|stringData)$' secret.yaml > secret.enc.yaml",
    "sotto encrypt --onto secrets/prod.yaml plain.yaml",
    "generate | sotto encrypt --filename-override secrets/prod.json",
  ],
  surplus: "warn",
  async run(context) {
    const { flags, args } = context;
    checkDestination(flags, args.file);
    if (flags.onto !== undefined) refuseBeside(flags);
    const path = flags["filename-override"] ?? flags.onto ?? args.file;
    if (path === undefined) {
      throw new SottoError("BAD_FLAGS", "standard input needs --filename-override", { hints: ["--filename-override secrets/prod.yaml"] });
    }
    const input: PlainInput & { readonly output: PlainInput["format"] } = {
      bytes: await readInput(context, args.file),
      format: formatFor(flags["input-type"], path),
      output: formatFor(flags["output-type"], path),
    };
    const project = await openProject(context, flags, true);
    const name = args.file ?? STANDARD_INPUT;
    if (flags.onto !== undefined) return encryptNext(context, project, flags.onto, name, input);
    const { groups, threshold, rule } = await findRecipients(project, path, flags, flags[THRESHOLD.name]);
    const selector = findSelector(flags, rule);
    const indent = context.globals.indent ?? project.indentOf(input.output);
    const options = {
      groups,
      threshold,
      macOnlyEncrypted: context.globals.macOnlyEncrypted || rule?.macOnlyEncrypted === true,
      residue: !flags["no-residue"],
      allowPlaintext: flags["allow-plaintext"],
      now: context.host.now(),
      ...(selector === undefined ? {} : { selector }),
      ...(indent === undefined ? {} : { indent }),
    };
    const seal = (bytes: Uint8Array): Promise<Uint8Array> => naming(name, () => encryptFile({ ...input, bytes }, options, project.access));
    const written =
      flags["in-place"] && args.file !== undefined
        ? await replaceFiles(project, [args.file], seal).then(() => ({ output: args.file }))
        : await writeResult(await seal(input.bytes), { context, flags, file: args.file, expected: input.bytes });
    context.result({
      file: args.file ?? null,
      ...written,
      format: input.output,
      groups: describeGroups(groups),
      threshold: groups.length > 1 && threshold === 0 ? groups.length : threshold,
      selector: selector ?? null,
    });
    return 0;
  },
});

/** @throws SottoError `BAD_FLAGS`: what the encrypted file says about itself is not changed on the way */
function refuseBeside(flags: Readonly<Record<string, unknown>>): void {
  const others = [IN_PLACE, OUTPUT, OUTPUT_TYPE, ...SELECTOR_FLAGS, THRESHOLD].map((flag) => flag.name);
  const given = others.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (given === undefined) return;
  throw new SottoError("BAD_FLAGS", `--onto and --${given} exclude each other`, {
    hints: ["--onto keeps recipients, selector and format of the encrypted file, and writes it in place"],
  });
}

/** `--onto`: the encrypted file is rewritten, or left alone when the plaintext is the same. */
async function encryptNext(context: Context, project: Project, target: string, name: string, input: PlainInput): Promise<number> {
  const options = { residue: context.flags["no-residue"] !== true, now: context.host.now() };
  const written = await replaceFiles(project, [target], async () => {
    using open = await project.open(target, { format: input.format });
    return await naming(name, async () => {
      const plain = await readEither(input.bytes, input.format);
      if (plain.encrypted === undefined && context.flags["allow-plaintext"] !== true) {
        await guardNext(project, target, open, plain.plain.roots);
      }
      return encryptOnto(open, input, options);
    });
  });
  context.result({ file: target, changed: written.length > 0 });
  return 0;
}
