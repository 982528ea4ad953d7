/** The metadata block through the real readers and writers of the formats. */
import { expect, it } from "vitest";
import { dotenv } from "../../formats/dotenv.ts";
import { ini } from "../../formats/ini.ts";
import { json } from "../../formats/json.ts";
import { yaml } from "../../formats/yaml.ts";
import { readMetadata } from "../../src/metadata/read.ts";
import { metadataTree } from "../../src/metadata/write.ts";
import type { Format } from "../../src/model/format.ts";
import { splice } from "../../src/model/tree.ts";
import { readVector, vectorDocument, vectorRows } from "./trees.ts";

function formatOf(file: string): Format {
  if (file.endsWith(".yaml")) return yaml;
  if (file.endsWith(".env")) return dotenv;
  return file.endsWith(".ini") ? ini : json;
}

it.each(vectorRows())("$file: read as by simple means, and attaching what was read changes no byte", ({ file }) => {
  const format = formatOf(file);
  const text = readVector(file);
  const document = format.parse(text);
  const metadata = readMetadata(document, format.metadata);
  const simple = vectorDocument(file);
  expect(metadata).toEqual(readMetadata(simple.document, simple.layout));
  const block = metadataTree(metadata, format.metadata, document.metadata);
  // INI files before 3.11 hold a number that no release can read; it is repaired.
  const expected = text.replace(/^(shamir_threshold += 2)\.000000$/m, "$1");
  expect(splice(text, format.attach(document, block))).toBe(expected);
});
