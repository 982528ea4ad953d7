/** States of the screens about access: ana, ben and a runner, and the files of three environments. */
import type { AccessView } from "../../src/tui/model/access.ts";
import type { State } from "../../src/tui/model/state.ts";
import type { PlanFile, PlanView } from "../../src/tui/model/wizard.ts";
import { after, press, sampleState, type StateOptions } from "./states.ts";

export const ANA: string = `age1ana${"x".repeat(52)}k2p`;
export const BEN: string = `age1ben${"x".repeat(52)}2ke`;
const RUNNER = `age1ci0${"x".repeat(52)}9aa`;
const KMS = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const [DEV, STAGING, PROD] = ["secrets/dev.yaml", "secrets/staging.yaml", "secrets/prod.yaml"];

export const VIEW: AccessView = {
  columns: [
    { name: "dev", files: [DEV], isolated: false, drift: [], threshold: undefined },
    { name: "staging", files: [STAGING], isolated: false, drift: [], threshold: undefined },
    { name: "prod", files: [PROD], isolated: true, drift: [PROD], threshold: undefined },
  ],
  rows: [
    {
      provider: "age",
      title: "age",
      label: ANA,
      name: "ana",
      machine: false,
      cells: ["reads", "reads", "reads"],
      files: [DEV, STAGING, PROD].map((path) => ({ path, cell: "reads" })),
    },
    {
      provider: "age",
      title: "age",
      label: BEN,
      name: "ben",
      machine: false,
      cells: ["reads", "reads", "file only"],
      files: [
        { path: DEV, cell: "reads" },
        { path: STAGING, cell: "reads" },
        { path: PROD, cell: "file only" },
      ],
    },
    {
      provider: "age",
      title: "age",
      label: RUNNER,
      name: "runner",
      machine: true,
      cells: ["no", "reads", "no"],
      files: [{ path: STAGING, cell: "reads" }],
    },
    {
      provider: "kms",
      title: "AWS KMS",
      label: KMS,
      name: undefined,
      machine: false,
      cells: ["no", "rule only", "reads"],
      files: [
        { path: STAGING, cell: "rule only" },
        { path: PROD, cell: "reads" },
      ],
    },
  ],
  rules: 3,
  inLine: ["dev"],
  differing: [
    { column: "staging", message: "the rule has arn:aws:kms:…7890ab, the file does not" },
    { column: "prod", message: "the file has ben, the rule does not" },
  ],
  problems: [],
};

export function accessState(options: StateOptions = {}, view: AccessView = VIEW): State {
  return after(press(sampleState(options), "P"), { topic: "access", kind: "described", view });
}

export function planFile(path: string, changes: Partial<PlanFile> = {}): PlanFile {
  const threshold = { before: 0, after: 0 };
  const same = { added: [], removed: ["ben"], threshold, changes: true, renews: true, problem: undefined, locksOut: false, values: 31 };
  return { path, ...same, ...changes };
}

export const PLAN: PlanView = {
  files: [
    planFile(DEV),
    planFile(STAGING, { problem: "its checksum does not match: it was changed outside of sotto" }),
    planFile(PROD, { values: 4 }),
  ],
  config: [
    { sign: "-", line: 3, text: `  - &ben ${BEN}` },
    { sign: "-", line: 6, text: "    age: [*ana, *ben]" },
    { sign: "+", line: 5, text: "    age: [*ana]" },
  ],
  locksOut: false,
  leaving: [
    {
      name: "ben",
      files: [
        { path: DEV, keys: ["database.password", "session_key"], alone: true },
        { path: PROD, keys: ["database.password"], alone: false },
      ],
    },
  ],
  left: [STAGING],
};

/** The second step of removing ben. */
export function previewState(options: StateOptions = {}, plan: PlanView = PLAN): State {
  const asked = press(accessState(options), "down", "d", "enter");
  return after(asked, { topic: "access", kind: "planned", id: asked.nextId - 1, plan });
}
