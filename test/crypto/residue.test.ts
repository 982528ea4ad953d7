import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { openValue, sealValue } from "../../src/crypto/envelope.ts";
import { PLAIN_RESIDUE, openResidue, sealResidue } from "../../src/crypto/residue.ts";
import { decodeText } from "../../src/model/text.ts";

const key = DataKey.generate();

describe("the residue", () => {
  it("comes back behind a value, for any source", () => {
    const source = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array().map(decodeText));
    fc.assert(
      fc.property(source, fc.string(), (text, aad) => {
        const suffix = sealResidue(key, text, aad);
        expect(suffix).toMatch(/^~[A-Za-z0-9+/]+=*$/);
        const opened = openValue(key, sealValue(key, "float", "1", aad) + suffix, aad);
        expect(opened.suffix).toBe(suffix);
        expect(openResidue(key, opened.suffix, aad)).toEqual({ kind: "source", text });
      }),
    );
  });

  it("is none or plain for the short suffixes", () => {
    expect(openResidue(key, "", "a:")).toEqual({ kind: "none" });
    expect(openResidue(key, PLAIN_RESIDUE, "a:")).toEqual({ kind: "plain" });
  });

  it("is found before the line feeds of a block, and not before anything else", () => {
    const suffix = sealResidue(key, "1.0", "a:");
    const source = { kind: "source", text: "1.0" };
    expect(["\n", "\n\n", "\n  \n"].map((end) => openResidue(key, suffix + end, "a:"))).toEqual([source, source, source]);
    expect(openResidue(key, `${PLAIN_RESIDUE}\n`, "a:")).toEqual({ kind: "plain" });
    for (const end of ["\nx", "\n  x\n", "x", "\r", "\r\n"]) expect(openResidue(key, suffix + end, "a:")).toEqual({ kind: "none" });
    expect(openResidue(key, `+${suffix.slice(1)}`, "a:")).toEqual({ kind: "none" });
  });

  it("counts as none when it does not verify", () => {
    const suffix = sealResidue(key, "1.0", "a:");
    const changed = suffix.slice(0, 60) + (suffix[60] === "A" ? "B" : "A") + suffix.slice(61);
    const rows = [suffix.slice(1), suffix.slice(0, -4), `${suffix}=`, `${suffix} `, changed, "~", "~AAAA", "~p ", "x", "~\r"];
    expect(rows.filter((text) => openResidue(key, text, "a:").kind !== "none")).toEqual([]);
    expect(openResidue(key, suffix, "b:")).toEqual({ kind: "none" });
    expect(openResidue(DataKey.generate(), suffix, "a:")).toEqual({ kind: "none" });
  });

  it("never stands for a value, nor a value for it", () => {
    const bytes = Buffer.from(sealResidue(key, "x", "a:").slice(1), "base64");
    const [iv, data, tag] = [bytes.subarray(0, 32), bytes.subarray(32, -16), bytes.subarray(-16)].map((part) => part.toString("base64"));
    expect(() => openValue(key, `ENC[AES256_GCM,data:${data},iv:${iv},tag:${tag},type:str]`, "a:")).toThrow("authentication");
  });
});
