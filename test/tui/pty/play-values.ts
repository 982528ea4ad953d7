/** Values that people type, and what is looked at when they have left. */
import { expect, vi } from "vitest";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import type { LeakOptions } from "./leaks.ts";
import { expectClean, quit } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject, ProjectOptions } from "./project.ts";
import { canaryText } from "./values.ts";
import type { Canary, EnvironmentName } from "./values.ts";

/** What a save changes in a YAML file besides its values, as `changedLines` tells it. */
export const SEALED: readonly string[] = ["-    lastmodified", "-    mac", "+    lastmodified", "+    mac"];

/** Does it as if it were a day of the past: the time in encrypted files has seconds only, and is another one after a save of today. */
export async function inThePast<T>(action: () => Promise<T>, day: number = 1): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, day, 12) });
  try {
    return await action();
  } finally {
    vi.useRealTimers();
  }
}

export function createOldProject(options: ProjectOptions = {}): Promise<AcmeProject> {
  return inThePast(() => createProject(options));
}

/** A value of 24 characters that stands nowhere yet. */
export function newSecret(path: string, ...environments: readonly EnvironmentName[]): Canary {
  return { path, environments, value: canaryText(path, `typed ${environments.join(" ")}`) };
}

export interface LeaveOptions extends LeakOptions {
  /** Besides those of the project. */
  readonly canaries?: readonly Canary[];
}

/** Leaves the program by its key; the terminal is as it was, and no value is anywhere. */
export async function leave(session: Session, project: AcmeProject, options: LeaveOptions = {}): Promise<void> {
  expect(await quit(session)).toEqual({ code: 0, signal: undefined });
  expectLeft(session, project, options);
}

export function expectLeft(session: Session, project: AcmeProject, { canaries = [], ...options }: LeaveOptions = {}): void {
  expectClean(session);
  expectNoLeak(session, [...project.canaries, ...canaries], { folders: [project.path], ...options });
}
