/** All commands: names and summaries here, everything else when one of them is called. */
import type { Row } from "./command.ts";

export const COMMANDS: readonly Row[] = [];
