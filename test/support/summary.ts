/** The last lines of a test run: what was left out and why, and one line that counts. */
import type { Reporter, SerializedError, TestModule } from "vitest/node";
import { NEEDS, findPeer } from "./peers.ts";

export class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const leftOut: string[] = [];
    for (const module of modules) {
      const before = counts.failed;
      for (const one of module.children.allTests()) {
        const { state } = one.result();
        if (state === "passed") counts.passed += 1;
        else if (state === "failed") counts.failed += 1;
        else {
          counts.skipped += 1;
          leftOut.push(one.fullName);
        }
      }
      // A file that could not be loaded, or a hook that failed, has no test to blame.
      if (!module.ok() && counts.failed === before) counts.failed += 1;
    }
    const failedChecks = (process.env["SOTTO_FAILED_CHECKS"] ?? "").split(",").filter((name) => name !== "");
    counts.failed += failedChecks.length;
    const lines = describeLeftOut(leftOut);
    if (failedChecks.length > 0) lines.push(`failed before the tests: ${failedChecks.join(", ")}`);
    lines.push(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    process.stdout.write(`${lines.join("\n")}\n`);
  }
}

function describeLeftOut(names: readonly string[]): string[] {
  const lines: string[] = [];
  const missing = new Set<string>();
  for (const name of names) {
    for (const peer of NEEDS.exec(name)?.[1]?.split(", ") ?? []) {
      if (findPeer(peer) === undefined) missing.add(peer);
    }
    lines.push(`skipped: ${name}`);
  }
  if (missing.size > 0) {
    lines.push(
      `not installed: ${[...missing].toSorted().join(", ")} (bash test/peers/install-peers.sh ${[...missing].toSorted().join(" ")})`,
    );
  }
  return lines;
}
