/** `sotto/core` in a real browser: the example as people use it, and files of real releases of sops. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Core from "../../src/core.ts";
import { EncryptedFile } from "../../src/file/encrypted-file.ts";
import { decodeText } from "../../src/model/text.ts";
import { formatOfPath } from "../../formats/index.ts";
import { bundleForBrowser } from "../core/realm.ts";
import type { Scratch } from "../cli/commands/scratch.ts";
import { exampleProject, runNode } from "../runtime/example.ts";
import { describeWithPeers, peerPath } from "../support/peers.ts";
import { accessFor } from "../support/sotto.ts";
import { manifest, readVector, VECTORS } from "../support/vectors.ts";
import { type Served, serveFolder } from "./serve.ts";

/** Of the types of a browser, which are not there for Node. */
interface Shown {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
}

function identityOf(name: string): string {
  return /AGE-SECRET-KEY-\w+-?\w+/.exec(readFileSync(join(VECTORS, "keys", `${name}.txt`), "utf8"))?.[0] ?? "";
}

describeWithPeers(["chromium"], "headless Chromium", () => {
  let browser: Browser;
  let project: Scratch;
  let served: Served;

  beforeAll(async () => {
    project = await exampleProject("browser", ["esbuild"]);
    const built = runNode(project, ["build.mjs"]);
    if (built.exit !== 0) throw new Error(built.text);
    served = await serveFolder(project.place("dist"));
    // As root there is no sandbox to be had; the pages are our own.
    browser = await puppeteer.launch({
      executablePath: peerPath("chromium"),
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await served?.[Symbol.asyncDispose]();
    project?.[Symbol.dispose]();
  });

  describe("the example", () => {
    let page: Page;
    const noticed: string[] = [];
    beforeAll(async () => {
      page = await browser.newPage();
      page.on("pageerror", (error) => noticed.push(String(error)));
      page.on("console", (message) => noticed.push(message.text()));
      await page.goto(served.address);
    });

    async function decrypt(place: string, identity: string): Promise<{ readonly state: string; readonly text: string }> {
      await page.$eval("#result", (element) => (element as unknown as Shown).removeAttribute("data-state"));
      const input = await page.$("input[type=file]");
      await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(place);
      await page.type("#identity", identity);
      await page.click("button");
      const result = await page.waitForSelector("#result[data-state]", { timeout: 20_000 });
      const found = await result?.evaluate((element) => {
        const shown = element as unknown as Shown;
        return [shown.getAttribute("data-state"), shown.textContent];
      });
      return { state: found?.[0] ?? "", text: found?.[1] ?? "" };
    }

    it("shows the plaintext of a YAML and of a dotenv file, and forgets the identity", async () => {
      const yaml = await decrypt(project.place("secrets/prod.yaml"), identityOf("ana"));
      expect(yaml.state).toBe("open");
      expect(yaml.text).toContain("password: orchard-lantern-37\n");
      expect(yaml.text).toContain("big: 9007199254740993\n");
      const dotenv = await decrypt(project.place("secrets/prod.env"), identityOf("ana"));
      expect(dotenv).toEqual({ state: "open", text: "SESSION_SECRET=maple-window-85\n" });
      expect(await page.$eval("#identity", (element) => (element as unknown as { value: string }).value)).toBe("");
    });

    it("tells why it cannot, without the identity", async () => {
      const wrong = await decrypt(project.place("secrets/prod.env"), identityOf("ben"));
      expect(wrong.state).toBe("failed");
      expect(wrong.text).toContain("DATA_KEY_UNAVAILABLE");
      expect(wrong.text).not.toContain(identityOf("ben").slice(0, 30));
      const text = project.read("secrets/prod.env");
      project.write("secrets/tampered.env", text.replace("SESSION_SECRET=", "SESSION_TOKEN="));
      expect((await decrypt(project.place("secrets/tampered.env"), identityOf("ana"))).text).toContain("DECRYPT_FAILED");
      project.write("plain.yaml", "a: 1\n");
      expect((await decrypt(project.place("plain.yaml"), identityOf("ana"))).text).toContain("NOT_ENCRYPTED");
    });

    it("loads what a file needs, from its own server, and complains of nothing", () => {
      expect(noticed.filter((one) => !one.includes("404"))).toEqual([]);
      expect(served.requests.filter((path) => !/^\/(?:[\w-]+\.js|favicon\.ico)?$/.test(path))).toEqual([]);
      expect(served.requests.some((path) => path.startsWith("/yaml-"))).toBe(true);
      expect(served.requests.some((path) => path.startsWith("/ini-"))).toBe(false);
    });

    it("can reach nobody", async () => {
      const answer = await page.evaluate(
        (address) =>
          fetch(address).then(
            () => "reached",
            () => "refused",
          ),
        served.address,
      );
      expect(answer).toBe("refused");
    });
  });

  describe("the core", () => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.newPage();
      project.write("dist/blank.html", "<!doctype html><title>blank</title>");
      await page.goto(`${served.address}/blank.html`);
      const { text } = await bundleForBrowser("src/core.ts");
      await page.addScriptTag({ content: text });
    });

    const releases = [...new Set(manifest.files.map((row) => row.sops))];
    it.each(releases)("reads what sops %s wrote, as on Node", async (release) => {
      const rows = manifest.files.filter((row) => row.sops === release && row.mode !== "ssh" && row.decrypt_exit === 0);
      expect(rows.length).toBeGreaterThan(10);
      const identities = ["ana", "ben", "cara", "pq"].map(identityOf).join("\n");
      const inputs = rows.map(({ file = "", plain }) => ({
        base64: Buffer.from(readVector(file)).toString("base64"),
        format: formatOfPath(plain),
      }));
      const inBrowser = await page.evaluate(
        async (files, keys) => {
          const { bundle: core } = globalThis as unknown as { readonly bundle: typeof Core };
          const texts: string[] = [];
          for (const { base64, format } of files) {
            const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
            const open = await (await core.EncryptedFile.parse(bytes, format)).unlock(core.accessFromIdentities(keys));
            texts.push(core.decodeText(await open.print()));
            open.dispose();
          }
          return texts;
        },
        inputs,
        identities,
      );
      const onNode: string[] = [];
      for (const { base64, format } of inputs) {
        using open = await (
          await EncryptedFile.parse(Buffer.from(base64, "base64"), format)
        ).unlock(accessFor({ SOPS_AGE_KEY: identities }));
        onNode.push(decodeText(await open.print()));
      }
      expect(inBrowser).toEqual(onNode);
    });

    it("writes what Node reads, for a recipient that it makes", async () => {
      const { identity, text } = await page.evaluate(async () => {
        const { bundle: core } = globalThis as unknown as { readonly bundle: typeof Core };
        const made = await core.generateIdentity("x25519");
        const groups = [core.parseMasterKeys("age", made.recipient, { context: undefined, profile: "" })];
        const input = { bytes: core.encodeText("a: from a browser\n"), format: "yaml" as const };
        const bytes = await core.encryptFile(input, { groups, threshold: 0, now: new Date() }, core.accessFromIdentities());
        return { identity: made.identity, text: core.decodeText(bytes) };
      });
      using open = await (await EncryptedFile.parse(Buffer.from(text), "yaml")).unlock(accessFor({ SOPS_AGE_KEY: identity }));
      expect(decodeText(await open.print())).toBe("a: from a browser\n");
    });
  });
});
