import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { listPlaces } from "../../src/cli/complete.ts";
import { renderManPage } from "../../src/cli/man-page.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { ROOT } from "../support/sources.ts";

let page = "";
beforeAll(async () => {
  page = await renderManPage(COMMANDS);
});

describe("the manual page", () => {
  test("tells of every command and every flag that is not hidden", async () => {
    const commands = (await listPlaces(COMMANDS)).filter((place) => place.words.length === 0);
    expect(page.match(/^\.SS /gm)).toHaveLength(commands.length);
    for (const { path, flags } of commands) {
      const section = page.split(`.SS ${path.join(" ").replaceAll("-", "\\-")}\n`)[1]?.split(/^\.S[SH] /m)[0] ?? "";
      expect(section).toContain(`.B sotto ${path.join(" ").replaceAll("-", "\\-")}`);
      for (const { name } of flags) {
        const shared = ["config", "json", "help"].includes(name);
        expect([name, section.includes(`\\fB\\-\\-${name.replaceAll("-", "\\-")}\\fR`)]).toEqual([name, !shared]);
      }
    }
  });

  test("holds requests of man(7) only, and no text that reads as one", () => {
    const requests = page.split("\n").filter((line) => /^[.']/.test(line));
    expect(requests.filter((line) => !/^\.(?:TH|SH|SS|TP|PP|B|RI|nf|fi)(?: |$)/.test(line))).toEqual([]);
    expect(page).not.toMatch(/undefined|\[object|\\(?![-e&f[ ])/);
  });

  test("lies beside the program, where npm installs it from", () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly man: string };
    expect(man).toBe("dist/sotto.1");
    expect(readFileSync(join(ROOT, man), "utf8")).toBe(page);
  });
});

/** Bold is a letter printed twice, one over the other. */
function withoutBold(text: string): string {
  return text
    .split("\b")
    .map((part, at, all) => (at === all.length - 1 ? part : part.slice(0, -1)))
    .join("");
}

function mandoc(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(peerPath("mandoc"), [...args], { input: page, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

describeWithPeers(["mandoc"], "the manual page in mandoc", () => {
  test("is read without a warning but that it has no date, so that the same sources make the same page", () => {
    expect(mandoc("-Tlint", "-Wwarning").replace('mandoc: <stdin>:1:13: WARNING: missing date, using "": TH\n', "")).toBe("");
  });

  test("shows flags and examples as they are typed", () => {
    const shown = withoutBold(mandoc("-Tutf8", "-Owidth=200"));
    expect(shown).toContain(`sotto decrypt --extract '["database"]["password"]' secrets/prod.yaml`);
    expect(shown).toContain("--encryption-context key:value,…");
  });
});
