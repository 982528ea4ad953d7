/** What was tried to recover a data key, as data and as the text that sops prints (sops: §5.2). */
import type { SottoError } from "../model/error.ts";
import { wrapText } from "./wrap-text.ts";

export interface KeyReport {
  readonly provider: string;
  readonly label: string;
  /** `untried`: another key of the group was successful first, or the threshold was reached. */
  readonly outcome: "unwrapped" | "failed" | "untried";
  /** One for each who was asked: this process, then the key services. */
  readonly errors?: readonly SottoError[];
}

export interface GroupReport {
  readonly outcome: "recovered" | "failed" | "untried";
  /** In the order in which they were tried. */
  readonly keys: readonly KeyReport[];
}

const ERROR_WIDTH = 60;
const TRAILER_WIDTH = 75;

/**
 * @param required number of groups that had to be successful; 0 when there is only one group
 */
export function renderReport(groups: readonly GroupReport[], required: number): string {
  const sections = groups.map((group, index) => renderGroup(group, index));
  const trailer = wrapText(required === 0 ? ONE_NEEDED : describeThreshold(groups, required), TRAILER_WIDTH);
  return `Failed to get the data key required to decrypt the SOPS file.\n\n${sections.join("\n\n")}\n\n${trailer}`;
}

const ONE_NEEDED =
  "Recovery failed because no master key was able to decrypt the file. " +
  "In order for SOPS to recover the file, at least one key has to be successful, but none were.";

function describeThreshold(groups: readonly GroupReport[], required: number): string {
  const recovered = groups.filter((group) => group.outcome === "recovered").length;
  return (
    `Recovery failed because the file was encrypted with a Shamir threshold of ${required}, ` +
    `but only ${recovered} part(s) were successfully recovered, one for each successful key group. ` +
    `In order for SOPS to recover the file, at least ${required} groups have to be successful. ` +
    "In order for a group to be successful, decryption has to succeed with any of the keys in that key group."
  );
}

function renderGroup(group: GroupReport, index: number): string {
  if (group.outcome === "recovered") return `Group ${index}: SUCCESS`;
  return `Group ${index}: FAILED\n${indent(group.keys.map(renderKey).join("\n\n"), "  ")}`;
}

function renderKey(key: KeyReport): string {
  const errors = (key.errors ?? []).map((error) => `-${indent(wrapText(error.message, ERROR_WIDTH), "  | ").slice(1)}`);
  return `${onOneLine(key.label)}: FAILED\n${indent(errors.join("\n\n"), "  ")}`;
}

/** A label comes from the file: with a line feed in it, it could pass for a line of ours. */
export function onOneLine(label: string): string {
  return label.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Puts a prefix before every line, also before empty ones. */
function indent(text: string, prefix: string): string {
  return text === "" ? "" : prefix + text.replaceAll("\n", `\n${prefix}`);
}
