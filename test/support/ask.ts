/** Asks one question as the program would, and prints the answer as JSON: `node ask.ts secret QUESTION`. */
import { createNodeHost } from "../../src/host/node-host.ts";
import { SottoError } from "../../src/model/error.ts";

async function answer(kind: string, question: string, choices: readonly string[]): Promise<unknown> {
  const { prompt } = createNodeHost();
  if (prompt === undefined) return "no terminal";
  if (kind === "secret") return Buffer.from(await prompt.askSecret(question)).toString("hex");
  if (kind === "text") return prompt.askText(question);
  if (kind === "confirm") return prompt.confirm(question, choices[0] ?? "", choices[1]);
  if (kind === "crowd")
    return Promise.all([prompt.askText("first"), prompt.tell("told"), prompt.askText("second"), prompt.askText("third")]);
  await prompt.tell(question);
  return null;
}

const [kind = "", question = "", ...choices] = process.argv.slice(2);
try {
  process.stdout.write(`${JSON.stringify(await answer(kind, question, choices))}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify(SottoError.is(error) ? error.code : String(error))}\n`);
}
