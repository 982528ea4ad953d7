/** The proxy of the environment, as Go's clients and so sops take it. Node knows how since 22.21 and 24.5. */

export interface ProxySettings {
  /** For agents of `node:http` and `node:https`. */
  readonly proxyEnv: Record<string, string>;
}

const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;
/** Never behind a proxy (go golang.org/x/net/http/httpproxy). */
const OWN = "localhost,127.0.0.1,::1";

/** @returns undefined where no proxy is named */
export function proxySettings(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const [http, https, none] = NAMES.map((name) => env[name] || env[name.toLowerCase()] || "");
  if (!http && !https) return undefined;
  return {
    proxyEnv: {
      ...(http ? { HTTP_PROXY: http } : {}),
      ...(https ? { HTTPS_PROXY: https } : {}),
      NO_PROXY: none ? `${none},${OWN}` : OWN,
    },
  };
}
