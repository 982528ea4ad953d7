/** The tree as a JSON or YAML document, with numbers as they are. */
import { loadFormat } from "../../../formats/index.ts";
import { formatPath } from "../../file/path.ts";
import { encodeText } from "../../model/text.ts";
import type { FormatId, Node } from "../../model/tree.ts";
import { treeOf, unfit } from "../environment.ts";
import { chooseValues } from "../choose.ts";
import { holdsBytes } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import { scalarsOf } from "./scalars.ts";

const DEFAULT_INDENT = 2;

const document =
  (id: FormatId, title: string, flaw: (node: Node) => string | undefined): Renderer =>
  async (all, options) => {
    const values = chooseValues(all, options.only);
    const problems = values.flatMap(({ path, node }) =>
      scalarsOf(node).flatMap((scalar) => {
        const found = holdsBytes(scalar.canonical, title) ?? flaw(scalar);
        return found === undefined ? [] : [`${formatPath(path)} ${found}`];
      }),
    );
    if (problems.length > 0) throw unfit(problems, ["leave them out: choose others with --only"]);
    const format = await loadFormat(id);
    return { bytes: encodeText(format.emit([treeOf({ values })], { indent: options.indent ?? DEFAULT_INDENT })) };
  };

export const renderJson: Renderer = document("json", "JSON", (node) =>
  node.kind === "scalar" && node.type === "float" && /inf|nan/i.test(node.canonical) ? "is no number that JSON can hold" : undefined,
);
export const renderYaml: Renderer = document("yaml", "YAML", () => undefined);
