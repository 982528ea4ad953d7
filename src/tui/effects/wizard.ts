/** Plans and carries out what the wizard was told. The plan stays here: the state gets what can be shown of it. */
import { findProvider, titleOf } from "../../../keys/index.ts";
import { SottoError } from "../../model/error.ts";
import { decodeText } from "../../model/text.ts";
import { Project } from "../../workspace/project.ts";
import { planRewrap, type RewrapChange, type RewrapFile, type RewrapPlan } from "../../workspace/rewrap-plan.ts";
import { readableBy, readableIn } from "../../workspace/rewrap-readable.ts";
import { runRewrap } from "../../workspace/rewrap-run.ts";
import { type AccessEffect, shortLabel } from "../model/access.ts";
import { showPath } from "../model/edits.ts";
import type { KnownFile, Leaving, PlanView, WizardChange } from "../model/wizard.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { changedLines } from "./changed-lines.ts";
import { unlockFile } from "./open-values.ts";
import { readAgain } from "./project.ts";

type PlanEffect = Extract<AccessEffect, { readonly kind: "plan" }>;
type RunEffect = Extract<AccessEffect, { readonly kind: "run" }>;

const plans = new WeakMap<Edge, { readonly id: number; readonly plan: RewrapPlan }>();

export async function planChange(edge: Edge, { id, change, files }: PlanEffect): Promise<void> {
  const stop = startJob(edge, "Looking at the files", networkTitles(edge, files));
  try {
    const project = withSignal(projectOf(edge), stop.signal);
    const plan = await planOf(edge, project, change, files);
    const view = await describePlan(edge, project, plan, change);
    if (stop.signal.aborted) return;
    plans.set(edge, { id, plan });
    edge.dispatch({ topic: "access", kind: "planned", id, plan: view });
  } catch (error) {
    edge.dispatch({
      topic: "access",
      kind: "refused",
      id,
      message: isBroken(error) ? "stopped; nothing was changed" : explainShort(error),
    });
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

/** Of a newcomer, whose rules may be those of more files than were chosen, only files that it comes to. */
async function planOf(edge: Edge, project: Project, change: WizardChange, files: readonly string[]): Promise<RewrapPlan> {
  if (change.kind !== "add") return planRewrap(project, files, toCore(change, files));
  const readable = [...edge.state().files.values()].filter((file) => file.state === "read").map((file) => file.path);
  const plan = await planRewrap(project, readable, toCore(change, files));
  const own = plan.files.filter((file) => file.added.includes(change.label));
  return { ...plan, files: own, locksOut: own.some((file) => file.locksOut) };
}

function toCore(change: WizardChange, files: readonly string[]): RewrapChange {
  switch (change.kind) {
    case "sync":
    case "rotate":
      return { kind: change.kind };
    case "remove":
      return { kind: "remove", label: change.label };
    case "add": {
      const { provider, recipient, name } = change;
      return { kind: "add", provider, recipient, files, ...(name === undefined ? {} : { name }) };
    }
  }
}

async function describePlan(edge: Edge, project: Project, plan: RewrapPlan, change: WizardChange): Promise<PlanView> {
  const call = (label: string): string => {
    if ((change.kind === "remove" || change.kind === "add") && change.label === label && change.name !== undefined) return change.name;
    return project.access.nameOf?.(label) ?? shortLabel(label);
  };
  const { config } = plan;
  return {
    files: plan.files.map((file) => ({
      path: file.path,
      added: file.added.map(call),
      removed: file.removed.map(call),
      threshold: file.threshold,
      changes: file.changes,
      renews: file.renews,
      problem: file.problem?.message,
      locksOut: file.locksOut,
      values:
        edge
          .state()
          .files.get(file.path)
          ?.rows.filter((row) => row.sealed && row.kind === "value").length ?? 0,
    })),
    config: config === undefined ? [] : changedLines(decodeText(config.before), decodeText(config.after)),
    locksOut: plan.locksOut,
    leaving: await listLeaving(plan, call),
    left: change.kind === "remove" ? await listLeft(edge, project, plan, change.label) : [],
  };
}

/** From before the change: afterwards nobody can tell. */
async function listLeaving(plan: RewrapPlan, call: (label: string) => string): Promise<readonly Leaving[]> {
  const labels = new Set(plan.files.filter((file) => file.problem === undefined).flatMap((file) => file.removed));
  const leaving: Leaving[] = [];
  for (const label of labels) {
    const files: KnownFile[] = [];
    for (const file of plan.files) {
      if (!file.removed.includes(label)) continue;
      for (const { path, keys, alone } of await readableIn(label, file)) {
        files.push({ path, alone, keys: keys.map((parts) => showPath(parts.map(String))) });
      }
    }
    leaving.push({ name: call(label), files });
  }
  return leaving;
}

/** Files that nobody marked, or that are skipped. */
async function listLeft(edge: Edge, project: Project, plan: RewrapPlan, label: string): Promise<readonly string[]> {
  const done = new Set(plan.files.filter((file) => file.changes && file.problem === undefined).map((file) => file.path));
  const others = [...edge.state().files.values()].filter((file) => file.state === "read" && !done.has(file.path));
  const found = await readableBy(
    project,
    label,
    others.map((file) => file.path),
  );
  return found.map(({ path }) => path);
}

/** @returns true when files were written */
export async function runChange(edge: Edge, { id, acceptLockout }: RunEffect): Promise<boolean> {
  const known = plans.get(edge);
  if (known?.id !== id) {
    edge.dispatch({ topic: "access", kind: "failed", id, message: "the plan is not there any more" });
    return false;
  }
  const chosen = known.plan.files.filter((file) => file.changes && file.problem === undefined);
  const label = `Re-wrapping ${chosen.length} file${chosen.length === 1 ? "" : "s"}`;
  const { promise, resolve } = Promise.withResolvers<void>();
  edge.saving = promise;
  const stop = startJob(edge, label, titlesOf(chosen.flatMap(providersAsked)));
  try {
    const { written } = await runRewrap(projectOf(edge), known.plan, {
      signal: stop.signal,
      acceptLockout,
      progress: (path, state) => edge.dispatch({ topic: "access", kind: "progress", id, path, state }),
    });
    edge.dispatch({ topic: "access", kind: "ran", id, written });
    await takeOver(edge, known.plan, written).catch((error: unknown) =>
      edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `not read again: ${explainShort(error)}` }),
    );
    return true;
  } catch (error) {
    if (isBroken(error) || stop.signal.aborted) edge.dispatch({ topic: "access", kind: "stopped", id });
    else edge.dispatch({ topic: "access", kind: "failed", id, message: explainShort(error) });
    return false;
  } finally {
    plans.delete(edge);
    resolve();
    if (edge.saving === promise) edge.saving = undefined;
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

/** The files and the rules as they are now. Whoever could open a file has it open again, unless that would ask somebody. */
async function takeOver(edge: Edge, { config }: RewrapPlan, written: readonly string[]): Promise<void> {
  const open = written.filter((path) => edge.state().files.get(path)?.key === "open");
  if (config !== undefined) edge.project = await Project.open(edge.host);
  await readAgain(edge, written);
  for (const path of open) if (edge.state().files.get(path)?.key === "unknown") await unlockFile(edge, path, false);
}

function startJob(edge: Edge, label: string, titles: string): AbortController {
  const stop = new AbortController();
  edge.running = stop;
  edge.dispatch({ topic: "project", kind: "job", label: titles === "" ? label : `Waiting for ${titles}`, cancellable: true });
  return stop;
}

/** Services that have to be asked to open these files; empty when keys at hand open them. */
function networkTitles(edge: Edge, files: readonly string[]): string {
  const asked = files.filter((path) => edge.state().files.get(path)?.key !== "open");
  return titlesOf(
    asked.flatMap(
      (path) =>
        edge.held
          .get(path)
          ?.session?.metadata.groups.flat()
          .map((key) => key.provider) ?? [],
    ),
  );
}

/** Kinds of keys that the data key of a file is wrapped with anew. */
function providersAsked({ wanted, renews, added }: RewrapFile): readonly string[] {
  return wanted.flat().flatMap((key) => (renews || added.includes(key.label) ? [key.provider] : []));
}

function titlesOf(providers: readonly string[]): string {
  return [...new Set(providers.filter((id) => findProvider(id)?.cost === "network").map(titleOf))].join(" and ");
}

function isBroken(error: unknown): boolean {
  return SottoError.is(error) && error.code === "INTERRUPTED";
}

function withSignal(project: Project, signal: AbortSignal): Project {
  const context = { ...project.access.context, signal };
  return Object.create(project, { access: { value: { ...project.access, context }, enumerable: true } }) as Project;
}
