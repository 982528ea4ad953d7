/** Questions that the value editor asks. */
import type { Choice, Overlay } from "../model/overlays.ts";
import { bitsOf, RECIPES, sizeOf } from "../text/generate.ts";

const KEYS = "1234567890";

/** Which kind of secret to make. @param last the one that was made before */
export function chooseRecipe(last: number): Overlay {
  const choices = RECIPES.map(({ title, recipe }, index): Choice => {
    const size = sizeOf(recipe);
    const sized = size === undefined ? "" : `, ${size.size} ${size.unit}`;
    return {
      key: KEYS.charAt(index),
      title: `${`${title}${sized}`.padEnd(40)} ${String(bitsOf(recipe)).padStart(4)} bits`,
      action: recipeAction(index),
    };
  });
  return {
    kind: "choose",
    title: "Generate a value",
    text: ["It takes the place of the text, masked. More bits are harder to guess."],
    choices: [...choices, { key: "escape", title: "cancel", action: "overlay.close" }],
    at: Math.min(last, choices.length - 1),
  };
}

export function recipeAction(index: number): string {
  return `editor.generate.${index + 1}`;
}

/** Before a program is opened that may keep what is typed. */
export function askOutside(name: string, warnings: readonly string[]): Overlay {
  return {
    kind: "choose",
    title: `Edit in ${name}?`,
    text: [...warnings.map((warning) => `! ${warning}`), "It gets this one value, not the file."],
    choices: [
      { key: "escape", title: "stay here", action: "overlay.close" },
      { key: "e", title: `open ${name} all the same`, action: "editor.outsideNow" },
    ],
    at: 0,
  };
}

export const THROW_AWAY: Overlay = {
  kind: "choose",
  title: "Throw away what you typed?",
  text: ["The text has several lines and is not kept yet."],
  choices: [
    { key: "escape", title: "go on editing", action: "overlay.close" },
    { key: "k", title: "keep it", action: "editor.keep" },
    { key: "d", title: "throw it away", action: "editor.throwAway" },
  ],
  at: 0,
};
