/** What sotto talks to and starts without asking, and who said so. No value of a secret is part of it. */
import { providers } from "../../../keys/index.ts";
import { SottoError } from "../../model/error.ts";
import type { Host } from "../../model/host.ts";
import { findTrustFile, loadTrust, PLUGINS_VARIABLE } from "../../policy/trust.ts";
import type { Config } from "../../policy/config.ts";
import { approvalsOf } from "../approvals.ts";
import type { Finding } from "./finding.ts";

export async function examineTrust(host: Host, config: Config | undefined, repository: string | undefined): Promise<readonly Finding[]> {
  return [
    ...(await examineList(host, repository)),
    ...examineRules(config),
    ...examineVault(host),
    ...examineServices(host),
    ...examineCredentials(host),
  ];
}

async function examineList(host: Host, repository: string | undefined): Promise<readonly Finding[]> {
  const path = findTrustFile(host);
  try {
    const { plugins, endpoints, roles } = await loadTrust(host, repository);
    const fromVariable = new Set((host.env[PLUGINS_VARIABLE] ?? "").split(",").map((name) => name.trim()));
    const listed = [
      ...plugins.map((name) => [`age-plugin-${name} may be started`, fromVariable.has(name) ? PLUGINS_VARIABLE : path] as const),
      ...endpoints.map((one) => [`${one} may get a token`, path] as const),
      ...roles.map((one) => [`${one} may be assumed`, path] as const),
    ];
    if (listed.length === 0) return [{ area: "trust", state: "note", message: `nothing is trusted by ${path ?? "a list of your own"}` }];
    return listed.map(([what, why]) => ({ area: "trust", state: "fine", message: `${what}, says ${why ?? PLUGINS_VARIABLE}` }));
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const [mend = "mend that line"] = error.hints;
    const { file, position, message } = error;
    return [
      {
        area: "trust",
        state: "wrong",
        message,
        mend,
        ...(file === undefined ? {} : { file }),
        ...(position === undefined ? {} : { position }),
      },
    ];
  }
}

function examineRules(config: Config | undefined): readonly Finding[] {
  const keys = (config?.rules ?? []).flatMap((rule) => rule.groups.flat());
  const published = (config?.destinationRules ?? []).flatMap((rule) => rule.recreation.groups.flat());
  return [...new Set(approvalsOf([...keys, ...published]))].map((approval) => {
    const colon = approval.indexOf(":");
    const value = approval.slice(colon + 1);
    const what = WHAT[approval.slice(0, colon)] ?? "may be used";
    return { area: "trust", state: "fine", message: `${value} ${what}, says ${config?.path ?? ".sops.yaml"}` };
  });
}

const WHAT: Readonly<Record<string, string>> = {
  endpoint: "may get a token",
  role: "may be assumed",
  profile: "is a profile that may be used",
};

function examineVault({ env }: Host): readonly Finding[] {
  const findings: Finding[] = [];
  for (const name of ["VAULT_ADDR", "BAO_ADDR"]) {
    const address = env[name] ?? "";
    if (address === "") continue;
    const url = URL.parse(address);
    const remote = url?.protocol === "http:" && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    const shown = url === null ? "an address that is none" : url.origin;
    findings.push(
      remote
        ? { area: "trust", state: "weak", message: `${shown} gets your token unencrypted, says ${name}`, mend: `${name}=https://…` }
        : { area: "trust", state: url === null ? "wrong" : "fine", message: `${shown} may get a token, says ${name}` },
    );
  }
  const list = env["SOPS_HC_VAULT_ALLOWLIST"] ?? "";
  if (list === "all") {
    const message = "every address that a file names may get your token, says SOPS_HC_VAULT_ALLOWLIST=all";
    findings.push({ area: "trust", state: "weak", message, mend: "SOPS_HC_VAULT_ALLOWLIST=https://… of your Vault alone" });
  } else if (list !== "" && list !== "none") {
    findings.push({ area: "trust", state: "fine", message: `${list} may get a token, says SOPS_HC_VAULT_ALLOWLIST` });
  }
  if (/^(?:1|t|true)$/i.test(env["VAULT_SKIP_VERIFY"] ?? "")) {
    const message = "anybody may pass for your Vault: VAULT_SKIP_VERIFY is set";
    findings.push({ area: "trust", state: "weak", message, mend: "unset VAULT_SKIP_VERIFY, and name its authority: VAULT_CACERT=FILE" });
  }
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    const message = "anybody may pass for any service: NODE_TLS_REJECT_UNAUTHORIZED is 0";
    findings.push({ area: "trust", state: "weak", message, mend: "unset NODE_TLS_REJECT_UNAUTHORIZED" });
  }
  return findings;
}

function examineServices({ env }: Host): readonly Finding[] {
  const services = (env["SOPS_KEYSERVICE"] ?? "").split(",").filter((one) => one !== "");
  return services.map((service) =>
    service.startsWith("unix:")
      ? { area: "trust", state: "fine", message: `${service} gets and gives data keys, says SOPS_KEYSERVICE` }
      : {
          area: "trust",
          state: "weak",
          message: `${service} gets and gives data keys unencrypted, and nothing proves who answers, says SOPS_KEYSERVICE`,
          mend: "sotto keyservice --network unix, over ssh -R, and SOPS_KEYSERVICE=unix:///path",
        },
  );
}

/** Which variables are set; what is in them is nobody's business. */
function examineCredentials({ env }: Host): readonly Finding[] {
  return providers.flatMap((provider) => {
    const names = Object.keys(provider.variables).filter((name) => (env[name] ?? "") !== "" && !ADDRESSES.test(name));
    if (names.length === 0 || provider.id === "age") return [];
    return [{ area: "trust", state: "note", message: `${provider.title} goes by ${names.join(", ")}` }];
  });
}

/** They were spoken of before. */
const ADDRESSES = /^(?:VAULT_ADDR|SOPS_HC_VAULT_ALLOWLIST)$/;
