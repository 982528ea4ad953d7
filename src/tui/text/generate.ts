/** The recipes of the editor; the command line has the same. */
export {
  type AlphabetName,
  bitsOf,
  generate,
  type NamedRecipe,
  type RandomBytes,
  type Recipe,
  RECIPES,
  sizeOf,
  withSize,
} from "../../file/generate.ts";
