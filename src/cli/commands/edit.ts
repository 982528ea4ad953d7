import { basename } from "node:path";
import { type EditOptions, editSecrets, editText, SottoError } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { describeSuspects, formatFor, openProject } from "./_files.ts";
import { refuseReveal } from "../reveal.ts";
import { AWS, IGNORE_MAC, INPUT_TYPE, KEY_FLAGS, OUTPUT_TYPE, SELECTOR_FLAGS, THRESHOLD, UNLOCKING } from "./_flags.ts";
import { findRecipients, findSelector } from "./_keys.ts";
import { belongsOnScreen } from "./_screen.ts";

export const edit: Command = defineCommand({
  name: "edit",
  summary: "change a file on a screen of its own, or in your editor",
  description:
    "On a terminal: the values of the file on a screen of its own, masked, one at a time; nothing of it is in plaintext on any disk. Without FILE all environments of the project. With --editor, SOPS_EDITOR or an EDITOR that is no interactive one, without a terminal, for a new file, and with flags about formats or keys: shows the plaintext in the editor of SOPS_EDITOR or EDITOR, else in vim, nano or vi, and encrypts what you save; values and lines that you leave alone keep their bytes. A file that does not exist begins as an example. The plaintext lies in memory where the system has memory files, for you alone, and is gone when the editor ends. Ends with 200 when nothing was changed.",
  args: [{ name: "file", optional: true }],
  flags: [
    { name: "editor", type: "boolean", help: "the whole file in the editor of SOPS_EDITOR or EDITOR" },
    { name: "read-only", type: "boolean", help: "on the screen: nothing can be changed" },
    { name: "share", type: "boolean", help: "on the screen: somebody looks on, so nothing is revealed" },
    { name: "plain", type: "boolean", help: "on the screen: for screen readers, sentences instead of boxes" },
    { name: "no-motion", type: "boolean", help: "on the screen: nothing spins" },
    { name: "show-master-keys", short: "s", type: "boolean", help: "show the metadata, too; the selector can be changed there" },
    IGNORE_MAC,
    INPUT_TYPE,
    OUTPUT_TYPE,
    { name: "allow-plaintext", type: "boolean", help: "write the file even if nothing in it is encrypted, or less than its rule says" },
    ...KEY_FLAGS,
    ...AWS,
    ...SELECTOR_FLAGS,
    THRESHOLD,
    ...UNLOCKING,
  ],
  examples: [
    "sotto edit secrets/prod.yaml",
    "EDITOR='code --wait' sotto edit secrets/prod.yaml",
    "sotto edit --age age1… secrets/new.yaml",
    `EDITOR="sed -i 's/tag: v1/tag: v2/'" sotto edit values.yaml`,
  ],
  async run(context) {
    const { args, flags, globals, host } = context;
    const { file } = args;
    if (await belongsOnScreen(context, file, flags)) {
      const { openTui } = await import("../open-tui.ts");
      return openTui(host, { file, readOnly: flags["read-only"], shared: flags.share, spoken: flags.plain, motion: !flags["no-motion"] });
    }
    if (file === undefined) throw new SottoError("NO_FILE", "no file specified", { hints: ["name it: sotto edit FILE"] });
    refuseReveal(context, "an editor shows values", ["sotto set --prompt FILE PATH asks for a value without showing it"]);
    const format = formatFor(flags["input-type"], file);
    const output = formatFor(flags["output-type"], file);
    const project = await openProject(context, flags, true);
    const isNew = await editSecrets(project, file, {
      format,
      output,
      indent: globals.indent,
      ignoreMac: flags["ignore-mac"],
      showMetadata: flags["show-master-keys"],
      allowPlaintext: flags["allow-plaintext"],
      async create() {
        const { groups, threshold, rule } = await findRecipients(project, file, flags, flags[THRESHOLD.name]);
        const selector = findSelector(flags, rule);
        const indent = globals.indent ?? project.indentOf(output);
        return {
          groups,
          threshold,
          macOnlyEncrypted: globals.macOnlyEncrypted || rule?.macOnlyEncrypted === true,
          now: host.now(),
          ...(selector === undefined ? {} : { selector }),
          ...(indent === undefined ? {} : { indent }),
        };
      },
      change: chooseEditor(context, file),
      retry: (problem) => tellAndWait(context, problem),
      inspect(open) {
        if (open.opened.suspects.length > 0) context.warn(`${file}: ${describeSuspects(open)}`);
      },
    });
    context.result({ file, created: isNew });
    return 0;
  },
});

/** Where the text is changed: this alone decides it. */
function chooseEditor({ host }: Context, file: string): EditOptions["change"] {
  const { env, platform, cwd } = host;
  return (text) => editText(text, { env, platform, cwd, name: basename(file) });
}

/** As in sops: the error, then a key, then the editor again. There is no plaintext on any file system meanwhile. */
async function tellAndWait(context: Context, problem: SottoError): Promise<boolean> {
  const { host, command } = context;
  const { reportError } = await import("../report.ts");
  reportError(problem, { host, command, json: false, usage: "" });
  const prompt = host.isTerminal("input") ? host.prompt : undefined;
  if (prompt !== undefined) {
    await prompt.confirm("nothing was written yet; Ctrl-C leaves it so", "back to the editor", undefined);
    return true;
  }
  context.err("press enter to return to the editor, or Ctrl-C to exit\n");
  await host.readLine();
  return false;
}
