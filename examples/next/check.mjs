/** After `next build`: stops when a secret stands in what the build has made, pages that were rendered in advance among it. */
import { existsSync } from "node:fs";
import { checkBundle } from "sotto";

try {
  const { files, looked, skipped } = await checkBundle({
    environment: process.env.SOTTO_ENVIRONMENT ?? "prod",
    paths: [".next/static", ".next/server", "public"].filter((path) => path !== "public" || existsSync(path)),
    // Values that are encrypted like all others, and that browsers may have.
    allow: ["analytics"],
  });
  console.log(`sotto: none of ${looked.length} secrets is in ${files} files (too short to look for: ${skipped.join(", ") || "none"})`);
} catch (error) {
  console.error(`sotto: ${error.message}`);
  for (const hint of error.hints ?? []) console.error(`hint: ${hint}`);
  process.exitCode = 1;
}
