import { yaml } from "../../formats/yaml.ts";
import { describeFormat } from "../contracts/format.ts";
import { documentsWithoutComments } from "./yaml-arbitrary.ts";
import { DOCUMENTS } from "./yaml-documents.ts";

/** Changing one end of an alias changes the other, which the laws of single places do not know. */
const samples = DOCUMENTS.map(({ text }) => text).filter((text) => !text.includes("*"));

describeFormat(yaml, {
  samples,
  documents: documentsWithoutComments,
  refused: [
    ["a: 1\nb: [1\n", "YAML_INVALID", 3],
    ["a: 1\na: 2\n", "YAML_INVALID", 2],
    ["a: 1\n1: x\n", "VALUE_UNSUPPORTED", 2],
    ["a: 9223372036854775808\n", "VALUE_UNSUPPORTED", 1],
    ['a: 1\nb: "\\/"\n', "YAML_INVALID", 2],
    ["- a\n", "YAML_INVALID", 1],
  ],
  // sops's emitter hands some comments to a neighbouring collection (sops: §4.1.6); that none is lost is proven in `yaml-splice.test.ts`.
  comment: () => undefined,
  // The float 2.0 is printed as `2`, which reads as an integer (sops: §4.1.2).
  leaf: ({ type, canonical }) => [type === "float" && /^-?\d+$/.test(canonical) ? "int" : type, canonical],
});
