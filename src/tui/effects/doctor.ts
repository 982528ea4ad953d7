/** Looks over the project for the doctor: files, values, keys and rules. Values stay here; findings hold facts. */
import { relative } from "node:path";
import { dataKeySince } from "../../git/data-key-age.ts";
import { type ErrorCode, SottoError } from "../../model/error.ts";
import { encodeText } from "../../model/text.ts";
import { listEnvironments } from "../../policy/environments.ts";
import { addIgnored } from "../../policy/edit-ignore.ts";
import { type Finding, examine } from "../../workspace/doctor.ts";
import { Project } from "../../workspace/project.ts";
import { scanFiles, type ValueFacts } from "../../workspace/scan-findings.ts";
import { Verification } from "../../workspace/session/verification.ts";
import type { DoctorEffect, FindingGroup } from "../model/doctor.ts";
import type { FileView } from "../model/files.ts";
import { type Edge, projectOf } from "./edge.ts";
import { describeFindings, describeScan, unopenedFiles } from "./doctor-findings.ts";
import { isTelling, weaknessOf } from "./doctor-values.ts";

const LABEL = "Looking over the project";
/** In milliseconds: how long keys that are pressed meanwhile may wait. */
const SLICE = 8;

export async function runDoctor(edge: Edge, effect: DoctorEffect): Promise<void> {
  switch (effect.kind) {
    case "examine":
      await examineAll(edge);
      return;
    case "ignore":
      await ignore(edge, effect.finding, effect.reason.trim());
      return;
  }
}

async function examineAll(edge: Edge): Promise<void> {
  const stop = new AbortController();
  edge.running = stop;
  edge.dispatch({ topic: "project", kind: "job", label: LABEL, cancellable: true });
  try {
    const looked = { files: 0, values: 0 };
    const groups = await look(edge, stop.signal, looked);
    edge.dispatch({ topic: "doctor", kind: "examined", groups, looked });
  } catch (error) {
    edge.dispatch({ topic: "doctor", kind: "stopped" });
    if (!SottoError.is(error) || error.code !== "INTERRUPTED") throw error;
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

async function look(edge: Edge, signal: AbortSignal, looked: { files: number; values: number }): Promise<readonly FindingGroup[]> {
  const project = projectOf(edge);
  const paths = [...edge.state().files.keys()];
  let done = 0;
  const goOn = async (): Promise<void> => {
    done += 1;
    edge.dispatch({
      topic: "project",
      kind: "job",
      label: LABEL,
      cancellable: true,
      done: Math.min(done, paths.length * 2),
      total: paths.length * 2,
    });
    await breathe(signal);
  };
  const scanned = await scanFiles(project, {
    files: paths,
    environments: listEnvironments(
      project.config,
      paths.map((path) => relative(project.config?.directory ?? project.root, project.absolute(path))),
    ),
    async values(path) {
      await goOn();
      const values = await valuesOf(edge, path, signal);
      if (typeof values !== "string") looked.values += values.length;
      return values;
    },
    async dataKeySince(path) {
      await goOn();
      return dataKeySince(project, path);
    },
  });
  await breathe(signal);
  const found: readonly Finding[] = await examine(edge.host);
  looked.files = paths.length;
  const ignored = new Map(project.config?.sotto?.ignore.map(({ finding, reason }) => [finding, reason]));
  return [
    ...describeScan(scanned, ignored),
    ...unopenedFiles([...edge.state().files.values()]),
    ...describeFindings(found, ignored, (path) => relative(edge.host.cwd, project.absolute(path))),
  ];
}

/** Lets keys through. @throws SottoError `INTERRUPTED` */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
  if (signal.aborted) throw new SottoError("INTERRUPTED", "stopped");
}

/** The facts of all encrypted values of a file, or why they cannot be told. */
async function valuesOf(edge: Edge, path: string, signal: AbortSignal): Promise<readonly ValueFacts[] | ErrorCode> {
  const session = edge.held.get(path)?.session;
  const file = edge.state().files.get(path);
  if (session === undefined || file === undefined || session.locked) return "DATA_KEY_UNAVAILABLE";
  try {
    const verdict = await verify(file, new Verification(session), signal);
    if (verdict !== undefined) return verdict;
    const found: ValueFacts[] = [];
    let end = performance.now() + SLICE;
    for (const [row, one] of session.rows.entries()) {
      if (one.kind !== "value" || !one.sealed) continue;
      const value = session.open(row);
      if (value.kind === "comment") continue;
      const key = session.pathOf(row);
      const facts = edge.vault.factsOf(value);
      found.push({ key, fingerprint: isTelling(facts, key) ? facts.digest : undefined, weak: weaknessOf(value, key) });
      if (performance.now() < end) continue;
      await breathe(signal);
      end = performance.now() + SLICE;
    }
    return found;
  } catch (error) {
    if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
    return error.code;
  }
}

async function verify(file: FileView, check: Verification, signal: AbortSignal): Promise<ErrorCode | undefined> {
  if (file.mac === "ok") return undefined;
  if (file.mac === "wrong") return "MAC_MISMATCH";
  for (let verdict = check.step(SLICE, () => performance.now()); ; verdict = check.step(SLICE, () => performance.now())) {
    if (verdict === "ok") return undefined;
    if (verdict !== undefined) return verdict === "missing" ? "MAC_MISSING" : "MAC_MISMATCH";
    await breathe(signal);
  }
}

/** @throws SottoError `REFUSED`, `FILE_CHANGED` */
async function ignore(edge: Edge, finding: string, reason: string): Promise<void> {
  const { config } = projectOf(edge);
  if (config === undefined || reason === "") {
    const text = reason === "" ? "A reason is needed: nothing is ignored." : "There is no .sops.yaml to write the reason to.";
    edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
    return;
  }
  const { text } = await addIgnored(config, { finding, reason });
  await edge.host.writeFile(config.path, encodeText(text), { expected: encodeText(config.source.text) });
  edge.project = await Project.open(edge.host);
  edge.dispatch({ topic: "doctor", kind: "ignored", finding, reason });
}
