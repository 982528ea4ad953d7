/** Numerical Recipes' linear congruential generator: good enough for data that only has to be the same on every run. */

/** @returns a function that gives whole numbers from 0 to below its argument */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
