/** How long the long tests that could go on for ever may take, in milliseconds each: `SOTTO_LONG_SECONDS`, two minutes by default. */
export function longBudget(): number {
  const seconds = Number(process.env["SOTTO_LONG_SECONDS"] ?? "120");
  if (!(seconds > 0)) throw new Error("SOTTO_LONG_SECONDS is a number of seconds");
  return seconds * 1000;
}
