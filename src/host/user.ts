/** Becomes another user for good, as `--user` of sops: only root can. */
import { userInfo } from "node:os";
import { SottoError } from "../model/error.ts";
import { systemCode } from "./errors.ts";

export interface UserAccount {
  readonly name: string;
  readonly home: string;
}

/** The types of Node lack one of them. */
type WithGroups = typeof process & { readonly initgroups?: (user: string, group: number) => void };

/**
 * Takes on the user's id, group and supplementary groups. What is opened from then on belongs to the user.
 * @throws SottoError `COMMAND_FAILED`
 */
export function switchUser(name: string): UserAccount {
  const { geteuid, seteuid, setuid, setgid, initgroups }: WithGroups = process;
  if (!geteuid || !seteuid || !setuid || !setgid || !initgroups) {
    throw new SottoError("COMMAND_FAILED", "switching to another user is not possible on this system", { hints: ["leave out --user"] });
  }
  try {
    // The system's own lookup, wherever it finds its users: the effective user is looked up, and only that can be taken back.
    const before = geteuid();
    seteuid(name);
    const account = userInfo();
    seteuid(before);
    initgroups(name, account.gid);
    setgid(account.gid);
    setuid(account.uid);
    return { name, home: account.homedir };
  } catch (cause) {
    throw failure(name, cause);
  }
}

function failure(name: string, cause: unknown): SottoError {
  const code = systemCode(cause);
  const reason =
    code === "EPERM" ? "only root may do that" : code === "ERR_UNKNOWN_CREDENTIAL" ? "there is no such user" : (code ?? "unknown");
  return new SottoError("COMMAND_FAILED", `cannot switch to user ${name}: ${reason}`, {
    hints: ["check the name, or leave out --user"],
    cause,
  });
}
