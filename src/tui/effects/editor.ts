/** Plaintexts on their way into the value editor and out of it: from files, from chance, from another program, to the vault. */
import { randomBytes } from "node:crypto";
import { SottoError } from "../../model/error.ts";
import { decodeText, encodeText } from "../../model/text.ts";
import type { Node } from "../../model/tree.ts";
import { decodeData } from "../../workspace/session/kubernetes.ts";
import type { Decoded, EditorEffect } from "../model/editor.ts";
import type { Facts } from "../model/facts.ts";
import { describeEditor, EDITOR_WARNINGS, editValue } from "../terminal/editor.ts";
import { FIELD_LIMIT } from "../text/field.ts";
import { generate, RECIPES } from "../text/generate.ts";
import { detectKind, textOfTyped } from "../text/kinds.ts";
import { type Edge, explainShort } from "./edge.ts";
import { copyOver, isBase64At, keep, nodeOf } from "./keep.ts";

type EffectOf<K extends EditorEffect["kind"]> = Extract<EditorEffect, { readonly kind: K }>;

export async function runEditor(edge: Edge, effect: EditorEffect): Promise<void> {
  switch (effect.kind) {
    case "keep":
      keep(edge, effect);
      return;
    case "copy over":
      copyOver(edge, effect);
      return;
    case "fetch":
    case "generate":
    case "edit outside":
      try {
        if (effect.kind === "fetch") fetchValue(edge, effect);
        else if (effect.kind === "generate") generateValue(edge, effect);
        else await editOutside(edge, effect);
      } catch (error) {
        edge.dispatch({ topic: "editor", kind: "failed", editor: effect.editor, message: explainShort(error) });
      }
  }
}

function fetchValue(edge: Edge, { editor, source, from, targets }: EffectOf<"fetch">): void {
  const isData = targets.some((target) => isBase64At(edge, target));
  if (source === undefined) {
    edge.dispatch({ topic: "editor", kind: "fetched", editor, value: undefined, decoded: isData ? "text" : "no" });
    return;
  }
  const node = nodeOf(edge, source);
  const decoded = isData && node.kind === "scalar" && isBase64At(edge, from) ? decodeData(node.canonical) : undefined;
  const shown: Node = decoded?.kind === "text" ? { kind: "scalar", type: "str", canonical: decoded.text } : node;
  const how: Decoded = !isData ? "no" : decoded === undefined || decoded.kind === "text" ? "text" : "binary";
  const { fingerprint, digest } = edge.vault.factsOf(node);
  const facts: Facts = { ...edge.vault.factsOf(shown), fingerprint, digest };
  const type = node.kind === "scalar" ? node.type : "null";
  edge.dispatch({
    topic: "editor",
    kind: "fetched",
    editor,
    value: { text: textOfTyped(shown) ?? "", type, facts },
    decoded: how,
  });
}

function generateValue(edge: Edge, { editor, recipe }: EffectOf<"generate">): void {
  const named = RECIPES[recipe];
  if (named === undefined) return;
  edge.dispatch({ topic: "editor", kind: "generated", editor, recipe, text: generate(named.recipe, (length) => randomBytes(length)) });
}

async function editOutside(edge: Edge, { editor, text, sure }: EffectOf<"edit outside">): Promise<void> {
  const { env, platform, cwd } = edge.host;
  const { name, warnings } = describeEditor({ env, platform });
  if (warnings.length > 0 && !sure) {
    edge.dispatch({ topic: "editor", kind: "outside warned", name, warnings: warnings.map((warning) => EDITOR_WARNINGS[warning]) });
    return;
  }
  const looks = detectKind(text)?.kind;
  const kind = looks === "json" ? "json" : looks === "pem" || looks === "ssh key" ? "pem" : "text";
  const before = encodeText(text);
  let after: Uint8Array | undefined;
  edge.dispatch({ topic: "project", kind: "job", label: `Editing in ${name}`, cancellable: false });
  try {
    await edge.device.lend(async () => {
      after = await editValue(before, { env, platform, cwd, kind });
    });
    if (after === undefined) return;
    if (after.length > FIELD_LIMIT) throw new SottoError("EDITOR_FAILED", "a value holds 1 MiB at most: what was edited is thrown away");
    edge.dispatch({ topic: "editor", kind: "edited outside", editor, text: decodeText(after) });
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
    before.fill(0);
    after?.fill(0);
  }
}
