/** The first run: what is there to begin with, what would be written, and writing it. And files that are new, or not encrypted yet. */
import { safeName, refuseStarted, renderConfig, type StartSettings, startProject, writeIdentity } from "../../workspace/start-project.ts";
import { createFile, checkNewFile } from "../../workspace/new-file.ts";
import { findCandidates, regexFor } from "../../workspace/start-candidates.ts";
import { encryptAll } from "../../workspace/start-encrypt.ts";
import { defaultKeyFile, generateIdentity, listIdentities } from "../../workspace/identities.ts";
import { CONFIG_NAME } from "../../policy/discover.ts";
import { runGit } from "../../git/run.ts";
import { Project } from "../../workspace/project.ts";
import { type CandidateChoice, NEW_IDENTITY, type StartChoice, type StartEffect, type StartFound } from "../model/start.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { runProject } from "./project.ts";
import { showFiles } from "./show-files.ts";

/** Made for the preview and written by the run; nothing of it is in the state. */
const made = new WeakMap<Edge, Awaited<ReturnType<typeof generateIdentity>>>();

export async function runStart(edge: Edge, effect: StartEffect): Promise<void> {
  switch (effect.kind) {
    case "look around":
      edge.dispatch({ topic: "start", kind: "found", found: await lookAround(edge) });
      return;
    case "preview": {
      const { choice } = effect;
      const config = await renderConfig(await settingsOf(edge, choice));
      const keyFile = choice.identity === NEW_IDENTITY ? await defaultKeyFile(edge.host) : undefined;
      edge.dispatch({ topic: "start", kind: "previewed", preview: { config, keyFile, files: choice.files } });
      return;
    }
    case "run":
      await start(edge, effect.choice);
      return;
    case "check file":
      // A file that is one value has no keys to ask for.
      if ((await checkNewFile(projectOf(edge), effect.path)) === "binary") await make(edge, effect.path, []);
      else edge.dispatch({ topic: "start", kind: "allowed", path: effect.path });
      return;
    case "create file":
      await make(edge, effect.path, effect.key);
      return;
    case "encrypt":
      await encrypt(edge, effect.paths);
      return;
  }
}

async function make(edge: Edge, path: string, key: readonly string[]): Promise<void> {
  await createFile(projectOf(edge), path, key);
  await showFiles(edge, [path]);
  edge.dispatch({ topic: "start", kind: "created", path, key });
}

async function lookAround(edge: Edge): Promise<StartFound> {
  const { host } = edge;
  const { identities, problems } = await listIdentities(host);
  const keyFile = await defaultKeyFile(host);
  const isTaken = (await host.stat(keyFile)) !== undefined;
  const usable = identities.flatMap(({ recipient, kind, source }) => (recipient === undefined ? [] : [{ recipient, kind, source }]));
  const locked = identities.filter(({ recipient }) => recipient === undefined);
  const seen = new Set<string>();
  const candidates = await findCandidates(projectOf(edge));
  const untracked = await ignoredByGit(
    edge,
    candidates.map(({ path }) => path),
  );
  return {
    // One that stands in several places is one; those of age come first, as `sotto init` takes them.
    identities: usable
      .filter(({ recipient }) => !seen.has(recipient) && seen.add(recipient))
      .toSorted((left, right) => Number(right.recipient.startsWith("age1")) - Number(left.recipient.startsWith("age1"))),
    newKeyFile: isTaken ? undefined : keyFile,
    notes: [
      ...problems.map(({ source, message }) => `${source}: ${message}`),
      ...locked.map(({ kind, source }) => `${source}: ${kind === "locked" ? "locked by a passphrase" : kind}, its recipient is not known`),
    ],
    candidates: candidates.map(({ path, because, size }): CandidateChoice => ({ path, because, size, untracked: untracked.has(path) })),
  };
}

async function ignoredByGit(edge: Edge, paths: readonly string[]): Promise<ReadonlySet<string>> {
  return paths.length === 0 ? new Set() : askGit(edge, ["check-ignore", "-z", "--stdin"], Buffer.from(paths.join("\0")));
}

/** Those of the files that git knows: their plaintext is in the history, and stays there. */
async function committedIn(edge: Edge, paths: readonly string[]): Promise<readonly string[]> {
  const known = paths.length === 0 ? new Set<string>() : await askGit(edge, ["ls-files", "-z", "--cached", "--", ...paths]);
  return paths.filter((path) => known.has(path));
}

/** Nothing where there is no git, or no repository. */
async function askGit(edge: Edge, args: readonly string[], input?: Uint8Array): Promise<ReadonlySet<string>> {
  try {
    const { exit, output } = await runGit({ cwd: edge.host.cwd, env: edge.host.env }, args, input);
    return new Set(
      exit === 0
        ? output
            .toString("utf8")
            .split("\0")
            .filter((path) => path !== "")
        : [],
    );
  } catch {
    return new Set();
  }
}

async function settingsOf(edge: Edge, choice: StartChoice): Promise<StartSettings> {
  const encrypted = [...edge.state().files.keys()];
  const files = [...new Set([...choice.files, ...encrypted, ...(choice.fresh === undefined ? [] : [choice.fresh])])];
  return {
    recipients: [choice.identity === NEW_IDENTITY ? (await newIdentity(edge)).recipient : choice.identity],
    name: safeName(edge.host.env["USER"] ?? "me"),
    pathRegex: files.length === 0 ? "^secrets/" : regexFor(files),
    environments: [],
  };
}

async function newIdentity(edge: Edge): ReturnType<typeof generateIdentity> {
  const identity = made.get(edge) ?? (await generateIdentity("x25519"));
  made.set(edge, identity);
  return identity;
}

async function start(edge: Edge, choice: StartChoice): Promise<void> {
  const { host } = edge;
  const stop = new AbortController();
  edge.running = stop;
  const label = choice.files.length === 0 ? "Writing .sops.yaml" : `Encrypting ${countFiles(choice.files)}`;
  edge.dispatch({ topic: "project", kind: "job", label, cancellable: true });
  try {
    const settings = await settingsOf(edge, choice);
    await refuseStarted(host);
    if (choice.identity === NEW_IDENTITY) await writeIdentity(host, await newIdentity(edge));
    const committed = await committedIn(edge, choice.files);
    await startProject(host, settings);
    edge.project = await encryptOrTakeBack(edge, choice.files, stop.signal);
    await runProject(edge, { topic: "project", kind: "load" });
    edge.dispatch({ topic: "start", kind: "started", files: choice.files, fresh: choice.fresh });
    if (committed.length > 0) edge.dispatch({ topic: "start", kind: "encrypted", paths: [], committed });
    await verify(edge, choice.files);
  } catch (error) {
    edge.dispatch({ topic: "start", kind: "failed", message: explainShort(error) });
  } finally {
    made.delete(edge);
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

/** Without the files there is no config either: another try begins from the same place. */
async function encryptOrTakeBack(edge: Edge, files: readonly string[], signal: AbortSignal): Promise<Project> {
  const { host } = edge;
  try {
    const project = await Project.open(host);
    await encryptAll(project, files, { signal, progress: progressOf(edge, files) });
    return project;
  } catch (error) {
    using locked = await host.lockFiles([CONFIG_NAME]);
    await locked.files[0]?.remove();
    throw error;
  }
}

/** With our own key and the checksum, as anybody will open them: what cannot be read here should not stay so unnoticed. */
async function verify(edge: Edge, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      (await projectOf(edge).open(path))[Symbol.dispose]();
    } catch (error) {
      edge.dispatch({
        topic: "project",
        kind: "message",
        tone: "error",
        text: `${path} is encrypted, but not readable here: ${explainShort(error)}`,
      });
    }
  }
}

async function encrypt(edge: Edge, paths: readonly string[]): Promise<void> {
  const stop = new AbortController();
  edge.running = stop;
  edge.dispatch({ topic: "project", kind: "job", label: `Encrypting ${countFiles(paths)}`, cancellable: true });
  try {
    const committed = await committedIn(edge, paths);
    await encryptAll(projectOf(edge), paths, { signal: stop.signal, progress: progressOf(edge, paths) });
    await showFiles(edge, paths);
    edge.dispatch({ topic: "start", kind: "encrypted", paths, committed });
    await verify(edge, paths);
  } finally {
    edge.dispatch({ topic: "project", kind: "job over" });
  }
}

function progressOf(edge: Edge, paths: readonly string[]): (path: string, state: string) => void {
  let ready = 0;
  let written = 0;
  return (_path, state) => {
    if (state === "ready") ready += 1;
    if (state === "written") written += 1;
    const label = `Encrypting ${countFiles(paths)}`;
    edge.dispatch({ topic: "project", kind: "job", label, cancellable: written === 0, done: ready, total: paths.length });
  };
}

function countFiles(paths: readonly string[]): string {
  return paths.length === 1 ? (paths[0] ?? "") : `${paths.length} files`;
}
