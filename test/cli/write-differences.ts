/** Puts the table of differences.ts into README.md. Usage: node test/cli/write-differences.ts */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/sources.ts";
import { withDifferences } from "./differences.ts";

const path = join(ROOT, "README.md");
writeFileSync(path, withDifferences(readFileSync(path, "utf8")));
