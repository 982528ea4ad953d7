/** Writes the table of keys into the README: `node test/tui/write-keys.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS } from "../../src/tui/actions/index.ts";
import { keyTable, withKeyTable } from "../../src/tui/actions/describe.ts";
import { createKeymap } from "../../src/tui/actions/keymap.ts";
import { ROOT } from "../support/sources.ts";

const path = join(ROOT, "README.md");
writeFileSync(path, withKeyTable(readFileSync(path, "utf8"), keyTable(createKeymap(ACTIONS))));
