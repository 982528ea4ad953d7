/** One node of a decrypted tree, as sops prints what `--extract` names. */
import { type Comment, encodeText, type FormatId, loadFormat, type Node, type OpenFile, type PrintOptions } from "../../index.ts";

/** A mapping becomes a document of its own, with the other documents of the stream behind it (sops: §7.4). */
export async function printNode(open: OpenFile, node: Node | Comment, output: FormatId, print: PrintOptions): Promise<Uint8Array> {
  const format = await loadFormat(output);
  const options = { lossy: true, ...(print.indent === undefined ? {} : { indent: print.indent }) };
  if (node.kind !== "branch") return encodeText(format.emitValue(node, options));
  return encodeText(format.emit([node, ...open.roots().slice(1)], options));
}
