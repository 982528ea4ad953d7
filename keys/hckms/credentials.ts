/** Access keys of HuaweiCloud: from the environment, then from a file, as its own clients look for them. */
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { decodeText } from "../../src/model/text.ts";

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary ones. */
  readonly securityToken: string;
  /** Empty: that of the region. */
  readonly projectId: string;
}

/** @throws SottoError `IDENTITY_INVALID` that says where was looked */
export async function findCredentials(context: KeyContext): Promise<Credentials> {
  const variable = (name: string): string => context.env[`HUAWEICLOUD_SDK_${name}`] ?? "";
  const path = variable("CREDENTIALS_FILE") || (context.home === "" ? "" : `${context.home}/.huaweicloud/credentials`);
  const found = {
    accessKey: variable("AK"),
    secretKey: variable("SK"),
    securityToken: variable("SECURITY_TOKEN"),
    projectId: variable("PROJECT_ID"),
  };
  if (isWhole(found)) return found;
  const bytes = path === "" ? undefined : await context.readFile(path);
  const fields = bytes === undefined ? new Map<string, string>() : readSection(decodeText(bytes), "basic");
  bytes?.fill(0);
  const stored = {
    accessKey: fields.get("ak") ?? "",
    secretKey: fields.get("sk") ?? "",
    securityToken: fields.get("security_token") ?? "",
    projectId: fields.get("project_id") ?? "",
  };
  if (isWhole(stored)) return stored;
  const why = bytes === undefined ? "there is no" : "there is no ak and sk under [basic] in";
  throw new SottoError("IDENTITY_INVALID", "there are no HuaweiCloud credentials", {
    hints: [
      `looked at, in this order: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, of which ${describeHalf(found)}; ${why} ${path || "~/.huaweicloud/credentials"}`,
    ],
  });
}

function isWhole({ accessKey, secretKey }: Credentials): boolean {
  return accessKey !== "" && secretKey !== "";
}

function describeHalf({ accessKey, secretKey }: Credentials): string {
  if (accessKey === secretKey) return "none is set";
  return `only ${accessKey === "" ? "HUAWEICLOUD_SDK_SK" : "HUAWEICLOUD_SDK_AK"} is set`;
}

function readSection(text: string, section: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let current = "";
  for (const line of text.split("\n")) {
    const header = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (header !== undefined) current = header.trim();
    const [, name, value = ""] = /^\s*([^#;=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && current === section) fields.set(name, value);
  }
  return fields;
}
