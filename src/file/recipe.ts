/** Recipes for new values as people write them on a command line: `hex:32`, `alphanumeric:24`, `uuid`. */
import { SottoError } from "../model/error.ts";
import { type Recipe, RECIPES, sizeOf, withSize } from "./generate.ts";

/** One word each for the titles of the editor. */
const WORDS: Readonly<Record<string, string>> = {
  alphanumeric: "letters and digits",
  symbols: "with symbols",
  readable: "no look-alikes",
  lowercase: "lower case and digits",
};

const MOST = 4096;

/** What stands for each recipe, with the size that it has without one: `hex:32`. */
export function listRecipeNames(): readonly string[] {
  return RECIPES.map(({ title, recipe }) => {
    const name = nameOf(title);
    const size = sizeOf(recipe);
    return size === undefined ? name : `${name}:${size.size}`;
  });
}

/**
 * A size may stand behind the name: characters, bytes or words, as the recipe counts. The colon may be left out.
 * @throws SottoError `BAD_FLAGS` for an unknown name or a size that is none
 */
export function parseRecipe(text: string): Recipe {
  const found = RECIPES.map((one) => ({ ...one, name: nameOf(one.title) }))
    .filter(({ name }) => text.startsWith(name))
    .toSorted((a, b) => b.name.length - a.name.length);
  const [best] = found;
  const rest = best === undefined ? "" : text.slice(best.name.length).replace(/^:(?=.)/, "");
  if (best === undefined || !/^\d*$/.test(rest)) {
    throw new SottoError("BAD_FLAGS", `${text} is no recipe for a value`, { hints: [`recipes: ${listRecipeNames().join(", ")}`] });
  }
  if (rest === "") return best.recipe;
  const size = Number(rest);
  if (sizeOf(best.recipe) === undefined) throw new SottoError("BAD_FLAGS", `${best.name} has one size`, { hints: [`write ${best.name}`] });
  if (size < 1 || size > MOST)
    throw new SottoError("BAD_FLAGS", `the size of a value is from 1 to ${MOST}`, { hints: [`such as ${best.name}:32`] });
  return withSize(best.recipe, size);
}

function nameOf(title: string): string {
  return Object.entries(WORDS).find(([, meant]) => meant === title)?.[0] ?? title;
}
