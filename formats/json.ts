/** JSON: one object with all that JSON knows. */
import type { Format } from "../src/model/format.ts";
import { jsonFormat } from "./json-text/format.ts";

export const json: Format = jsonFormat({ id: "json", title: "JSON", suffixes: [".json"] });
