/**
 * Who holds a lock, and whether that process still lives. A process id alone is not enough: ids are used again. Linux tells
 * when a process began and in which namespace its id counts.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemCode } from "./errors.ts";

export interface Owner {
  readonly process: number;
  /** Clock ticks from the start of the machine to that of the process; empty where the system does not tell. */
  readonly started: string;
  /** Drawn for every lock, so that two locks of one process differ. */
  readonly token: string;
  /** The namespace of process ids; empty where there is no such thing. */
  readonly namespace: string;
  readonly machine: string;
}

export type Life = "alive" | "dead" | "unknown";

let self: Omit<Owner, "token"> | undefined;

/** This process, with a fresh token. */
export function describeSelf(): Owner {
  self ??= {
    process: process.pid,
    started: readStat(process.pid)?.started ?? "",
    namespace: readNamespace(),
    machine: hostname(),
  };
  return { ...self, token: drawToken() };
}

export function formatOwner(owner: Owner): string {
  return [owner.process, owner.started, owner.token, owner.namespace, owner.machine].join(":");
}

/** @returns undefined for anything that {@link formatOwner} did not write */
export function parseOwner(text: string): Owner | undefined {
  const match = /^(\d+):(\d*):([a-z\d]+):(\d*):(.*)$/s.exec(text);
  if (!match) return undefined;
  const [, id = "", started = "", token = "", namespace = "", machine = ""] = match;
  return { process: Number(id), started, token, namespace, machine };
}

/** `unknown` for processes of other machines and containers. */
export function lifeOf(owner: Owner): Life {
  const own = describeSelf();
  if (owner.machine !== own.machine || owner.namespace !== own.namespace) return "unknown";
  try {
    process.kill(owner.process, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if (systemCode(error) === "ESRCH") return "dead";
  }
  const stat = readStat(owner.process);
  if (stat === undefined || owner.started === "") return "alive";
  // Z and X: ended, and not yet collected by its parent.
  return stat.started === owner.started && !["Z", "X"].includes(stat.state) ? "alive" : "dead";
}

/** Letters and digits that nobody else draws at the same time. */
export function drawToken(): string {
  return Math.random().toString(36).slice(2, 10).padEnd(8, "0");
}

/** proc(5): the name of the program, in parentheses, may hold anything; state is the first field behind it, the start the twentieth. */
function readStat(id: number): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function readNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "";
  } catch {
    return "";
  }
}
