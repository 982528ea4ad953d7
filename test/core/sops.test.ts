/** What `sotto/core` encrypts in a browser's realm, decrypted by the real sops. */
import { afterAll, expect, it } from "vitest";
import { formatOfPath } from "../../formats/index.ts";
import { decodeText } from "../../src/model/text.ts";
import type * as Core from "../../src/core.ts";
import { MODES, modeCases } from "../interop/modes.ts";
import { describeWithPeers } from "../support/peers.ts";
import { asPrinted, commentsOf, valuesOf } from "../support/shapes.ts";
import { LATER, NOON, parseText } from "../support/sotto.ts";
import { SopsFolder } from "../support/sops.ts";
import { readVector } from "../support/vectors.ts";
import { loadInRealm } from "./realm.ts";

const core = await loadInRealm<typeof Core>("src/core.ts");

describeWithPeers(["sops"], "sops decrypts what the portable core encrypts", () => {
  const folder = new SopsFolder();
  afterAll(() => folder[Symbol.dispose]());

  it.each(modeCases("3.13.3").map((one) => [one.mode, one.plain, one] as const))("%s %s", async (_mode, _plain, { mode, plain, env }) => {
    const format = formatOfPath(plain);
    const settings = MODES[mode];
    if (settings === undefined) throw new Error(`no mode ${mode}`);
    const bytes = readVector(plain);
    const sealed = decodeText(await core.encryptFile({ bytes, format }, { ...settings, now: NOON }, core.accessFromIdentities()));
    const { exit, output } = await folder.decrypt(sealed, format, { env });
    expect(exit).toBe(0);
    const [theirs, ours] = await Promise.all([output, decodeText(bytes)].map((text) => parseText(text, format)));
    if (theirs === undefined || ours === undefined) throw new Error("not read");
    expect(valuesOf(theirs, asPrinted)).toEqual(valuesOf(ours, asPrinted));
    expect(commentsOf(theirs.roots)).toEqual(commentsOf(ours.roots));
  });

  it("and what it edits", async () => {
    const { identity, recipient } = await core.generateIdentity("x25519");
    const access = core.accessFromIdentities(identity);
    const groups = [core.parseMasterKeys("age", recipient, { context: undefined, profile: "" })];
    const sealed = await core.encryptFile(
      { bytes: readVector("plain/app.yaml"), format: "yaml" },
      { groups, threshold: 0, now: NOON },
      access,
    );
    const open = await (await core.EncryptedFile.parse(sealed, "yaml")).unlock(access);
    open.set(["added", "below"], core.valueFromJavaScript(["x", 1.5, true]));
    await open.rotate(groups, 0, access);
    const { exit, output } = await folder.decrypt(decodeText(open.encode(LATER)), "yaml", { env: { SOPS_AGE_KEY: identity } });
    expect(exit).toBe(0);
    expect(output).toContain("added:\n    below:\n        - x\n        - 1.5\n        - true\n");
  });
});
