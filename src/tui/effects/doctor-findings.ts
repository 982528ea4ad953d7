/** Findings of the core as the screen shows them: how bad, where, and what can be done. */
import type { Finding, FindingArea } from "../../workspace/doctor.ts";
import type { ScanFinding, ScanGroup, ScanKind } from "../../workspace/scan-findings.ts";
import type { FindingFix, FindingGroup, FindingPlace, FindingState, FindingView } from "../model/doctor.ts";
import { showPath } from "../model/edits.ts";
import type { FileView } from "../model/files.ts";

type Ignored = ReadonlyMap<string, string>;

interface Meaning {
  readonly state: FindingState;
  readonly place: FindingPlace;
  readonly fix: FindingFix | undefined;
  readonly mend: string;
}

const MEANINGS: Readonly<Record<ScanKind, Meaning>> = {
  plaintext: {
    state: "wrong",
    place: "document",
    fix: "encrypt",
    mend: "x encrypts it where it is; replace the values if it was ever committed",
  },
  mac: { state: "wrong", place: "document", fix: undefined, mend: "D shows what differs; if that is right: sotto reseal" },
  broken: { state: "wrong", place: "document", fix: undefined, mend: "mend it in your editor, or take the last good version from git" },
  drift: { state: "weak", place: "access", fix: "sync", mend: "x brings the file in line with its rule" },
  duplicate: { state: "weak", place: "document", fix: "generate", mend: "x makes a value of its own" },
  weak: { state: "weak", place: "document", fix: "generate", mend: "x makes a new value; change it where it is used, too" },
  age: { state: "weak", place: "history", fix: "rotate", mend: "x draws a new data key" },
};

export function describeScan(groups: readonly ScanGroup[], ignored: Ignored): readonly FindingGroup[] {
  return groups.map(({ title, findings }) => ({ title, findings: findings.map((one) => describeOne(one, ignored)) }));
}

function describeOne({ kind, file, key, message }: ScanFinding, ignored: Ignored): FindingView {
  const path = key?.map(String);
  // Another recipient, or another environment with the same value, is another finding.
  const what = kind === "drift" || kind === "duplicate" ? ` ${message}` : "";
  const id = `${kind} ${file}${path === undefined ? "" : ` ${showPath(path)}`}${what}`;
  const ignorable = kind !== "mac" && kind !== "broken";
  const reason = ignorable ? ignored.get(id) : undefined;
  return { ...MEANINGS[kind], id, message, file, key: path, line: undefined, ignorable, ignored: reason };
}

/** Said in one line, so that nobody takes silence for health. */
export function unopenedFiles(files: readonly FileView[]): readonly FindingGroup[] {
  const unopened = files.filter(({ state, key }) => state === "read" && key !== "open");
  if (unopened.length === 0) return [];
  const findings = unopened.map(({ path, key }): FindingView => ({
    id: `unopened ${path}`,
    state: "note",
    message:
      key === "refused"
        ? "you cannot read it, so its values were not looked at"
        : "its key was not asked for, so its values were not looked at",
    mend: key === "refused" ? undefined : "⏎ goes there, and ⏎ again asks for the key",
    file: path,
    key: undefined,
    line: undefined,
    fix: undefined,
    place: "document",
    ignorable: false,
    ignored: undefined,
  }));
  return [{ title: "files that were not opened", findings }];
}

const AREAS: Readonly<Record<FindingArea, string>> = {
  keys: "your keys",
  packages: "programs and packages",
  policy: "rules",
  trust: "trust",
};
const STATES: readonly FindingState[] = ["wrong", "weak", "note", "fine"];

/** @param shown a path as it is shown, and named in the configuration: never one of this machine */
export function describeFindings(found: readonly Finding[], ignored: Ignored, shown: (path: string) => string): readonly FindingGroup[] {
  // That a package is there is no news; the list is long.
  const told = found.filter(({ area, state }) => area !== "packages" || state !== "fine");
  return (Object.keys(AREAS) as FindingArea[]).flatMap((area) => {
    const own = told.filter((one) => one.area === area).toSorted((left, right) => STATES.indexOf(left.state) - STATES.indexOf(right.state));
    return own.length === 0 ? [] : [{ title: AREAS[area], findings: own.map((one) => describeFinding(one, ignored, shown)) }];
  });
}

function describeFinding(
  { area, state, message, mend, file: place, position }: Finding,
  ignored: Ignored,
  shown: (path: string) => string,
): FindingView {
  const file = place === undefined ? undefined : shown(place);
  const id = `${area} ${file === undefined ? "" : `${file} `}${message}`;
  // All else is about this machine, and the configuration is for everybody.
  const ignorable = area === "policy" && (state === "weak" || state === "note");
  return {
    id,
    state,
    message,
    mend,
    file,
    key: undefined,
    line: position?.line,
    fix: undefined,
    place: "none",
    ignorable,
    ignored: ignorable ? ignored.get(id) : undefined,
  };
}
