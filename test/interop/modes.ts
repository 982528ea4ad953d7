/** The modes of the golden vectors (`test/vectors/generate.py`), for files that sotto encrypts. */
import type { KeyGroup } from "../../src/model/keys.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import { ageGroup } from "../support/sotto.ts";
import { identitiesOf, manifest, vectorRecipient } from "../support/vectors.ts";
import type { VectorRow } from "../support/vectors.ts";

export interface Mode {
  readonly groups: readonly KeyGroup[];
  readonly threshold: number;
  readonly selector?: SelectorSetting;
  readonly macOnlyEncrypted?: boolean;
}

const ana = vectorRecipient("ana");
const plain: Mode = { groups: [ageGroup(ana)], threshold: 0 };
const selected = (kind: SelectorSetting["kind"], pattern: string): Mode => ({ ...plain, selector: { kind, pattern } });

export const MODES: Readonly<Record<string, Mode>> = {
  default: plain,
  two: { groups: [ageGroup(ana, vectorRecipient("ben"))], threshold: 0 },
  "encrypted-regex": selected("encrypted_regex", "^(data|stringData|password|.*_key|key)$"),
  "unencrypted-regex": selected("unencrypted_regex", "^(host|port|PORT|name)$"),
  "encrypted-suffix": selected("encrypted_suffix", "_key"),
  "mac-only": { ...selected("encrypted_regex", "password|data|key"), macOnlyEncrypted: true },
  shamir: { groups: (["ana", "ben", "cara"] as const).map((name) => ageGroup(vectorRecipient(name))), threshold: 2 },
  "comment-regex": selected("encrypted_comment_regex", "slow|cluster"),
  pq: { groups: [ageGroup(vectorRecipient("pq"))], threshold: 0 },
  ssh: { groups: [ageGroup(vectorRecipient("ssh"))], threshold: 0 },
};

export interface ModeCase {
  readonly mode: string;
  readonly plain: string;
  /** The environment with the identities for it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The plain documents and modes that a release has vectors for, and that it could read back itself. */
export function modeCases(release: string): readonly ModeCase[] {
  return manifest.files
    .filter((row) => row.sops === release && isReadable(row))
    .map((row) => ({ mode: row.mode, plain: row.plain, env: identitiesOf(row) }));
}

/** Exit 51: that release's reader fails on its own writer's list comments, which are not in our files. */
function isReadable(row: VectorRow): boolean {
  return row.decrypt_exit === 0 || row.decrypt_exit === 51;
}
