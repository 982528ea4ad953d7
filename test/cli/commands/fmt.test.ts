/** Files that sops wrote are laid out as sops lays them out. */
import { basename } from "node:path";
import { expect, test } from "vitest";
import { decodeText } from "../../../src/model/text.ts";
import { manifest, readVector } from "../../support/vectors.ts";
import { Scratch } from "./scratch.ts";

const written = manifest.files.filter((row) => row.sops === "3.13.3" && row.file !== undefined).map((row) => row.file ?? "");
const decrypted = manifest.files.filter((row) => row.sops === "3.13.3" && row.decrypted !== undefined).map((row) => row.decrypted ?? "");

test("fmt is the identity on every vector of 3.13.3, encrypted and decrypted", async () => {
  using scratch = new Scratch({});
  const names = new Set([...written, ...decrypted].map((file) => basename(file)));
  for (const file of [...written, ...decrypted]) scratch.write(basename(file), decodeText(readVector(file)));
  expect(names.size).toBeGreaterThan(60);
  expect(await scratch.sotto(["fmt", "--check", ...names])).toEqual({ exit: 0, output: "", errors: "" });
});
