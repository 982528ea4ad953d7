/** Where a key service is: `tcp://host:port` or `unix:///path` for clients (sops: §5.11), `host:port` or a path for the server. */

export type Address =
  | { readonly network: "tcp"; readonly host: string; readonly port: number }
  | { readonly network: "unix"; readonly path: string };

/** What gRPC takes where an address names no port. */
const DEFAULT_PORT = 443;

/** @returns undefined for what is no address of a key service */
export function parseUri(text: string): Address | undefined {
  const unix = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  if (unix !== undefined) {
    const path = decodePath(unix);
    return path === undefined || path.startsWith("//") || path.includes("\0") ? undefined : { network: "unix", path };
  }
  const authority = /^tcp:\/\/([^/?#@]+)\/?$/.exec(text)?.[1];
  return authority === undefined ? undefined : parseEndpoint(/:\d*$/.test(authority) ? authority : `${authority}:${DEFAULT_PORT}`);
}

/** Go's form of an endpoint: `127.0.0.1:5000`, `[::1]:5000`, or `:5000` for every address of the machine. */
export function parseEndpoint(text: string): Address | undefined {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]*)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 0xffff ? undefined : { network: "tcp", host, port };
}

export function formatAddress(address: Address): string {
  if (address.network === "unix") return `unix://${address.path}`;
  return `tcp://${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
}

/** True for an address as text that only this machine can reach. */
export function isLoopback(ip: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(ip) || /^(?:::1|(?:0+:){7}0*1)$/.test(ip) || /^::ffff:127(?:\.\d{1,3}){3}$/i.test(ip);
}

function decodePath(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
