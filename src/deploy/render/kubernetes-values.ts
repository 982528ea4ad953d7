/** Whether the values of a Secret with a type are what that type says. */
import { createPrivateKey, X509Certificate } from "node:crypto";

/** @returns what is wrong, without a value in it */
export function checkTyped(type: string, values: ReadonlyMap<string, string>): readonly string[] {
  if (type === "tls") return checkPair(values.get("tls.crt") ?? "", values.get("tls.key") ?? "");
  if (type === "dockerconfigjson") return checkDocker(values.get(".dockerconfigjson") ?? "");
  if (type === "ssh-auth" && values.get("ssh-privatekey")?.trim() === "") return ["ssh-privatekey is empty"];
  return [];
}

function checkPair(certificate: string, key: string): readonly string[] {
  const problems: string[] = [];
  const read = attempt(() => new X509Certificate(certificate));
  if (read === undefined) problems.push("tls.crt is no certificate in PEM");
  const own = attempt(() => createPrivateKey(key));
  if (own === undefined) problems.push("tls.key is no private key in PEM");
  if (read !== undefined && own !== undefined && !read.checkPrivateKey(own)) problems.push("tls.key is not the key of tls.crt");
  return problems;
}

function checkDocker(text: string): readonly string[] {
  const read: unknown = attempt((): unknown => JSON.parse(text));
  const fits = typeof read === "object" && read !== null && "auths" in read && typeof read.auths === "object" && read.auths !== null;
  return fits ? [] : [".dockerconfigjson is no JSON object with auths"];
}

/** What is thrown may repeat the input. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
