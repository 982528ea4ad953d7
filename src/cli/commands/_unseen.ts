/** Values that no argument, no history and no screen holds: typed without being shown, or made. */
import { randomBytes } from "node:crypto";
import { decodeText, formatPath, generate, type Node, parseRecipe, type PathPart, SottoError } from "../../index.ts";
import type { Context } from "../command.ts";
import { describeMasked, mask } from "./_masked.ts";

/** The person has not seen what was typed or made, and wants to know that it was the right thing. */
export async function tellOf(context: Context, path: readonly PathPart[], value: Node): Promise<void> {
  context.err(context.visible(`${formatPath(path)}: ${describeMasked(await mask(context.host, value))}\n`));
}

/**
 * Makes a value where there is a recipe, and asks for it otherwise.
 * @throws SottoError `NO_TERMINAL`, `BAD_FLAGS`, `NO_FILE` for a value that stands there nevertheless
 */
export async function readUnseen(
  { host }: Context,
  value: string | undefined,
  path: readonly PathPart[],
  recipe: string | undefined,
): Promise<string> {
  if (value !== undefined) {
    throw new SottoError(
      "NO_FILE",
      `there is one more argument, and the value comes from --${recipe === undefined ? "prompt" : "generate"}`,
      {
        hints: [recipe === undefined ? "sotto set --prompt FILE PATH" : "sotto set --generate RECIPE FILE PATH"],
      },
    );
  }
  if (recipe !== undefined) return generate(parseRecipe(recipe), (length) => randomBytes(length));
  const { prompt } = host;
  if (prompt === undefined) {
    throw new SottoError("NO_TERMINAL", "there is no terminal to ask for the value on", {
      hints: ["sotto set --value-stdin --string FILE PATH reads it from a program"],
    });
  }
  const typed = await prompt.askSecret(`new value of ${formatPath(path)}:`);
  const text = decodeText(typed);
  typed.fill(0);
  if (text !== "") return text;
  throw new SottoError("INTERRUPTED", "nothing was typed, and nothing is changed", {
    hints: [`an empty value is set by: sotto set FILE PATH '""'`],
  });
}
