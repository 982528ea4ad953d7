/** A folder on loopback, for a browser. */
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

export interface Served extends AsyncDisposable {
  readonly address: string;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

export function serveFolder(folder: string): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
    requests.push(path);
    const place = join(folder, path === "/" ? "index.html" : path);
    if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(place)] ?? "application/octet-stream" }).end(readFileSync(place));
  });
  return new Promise((started) => {
    server.listen(0, "127.0.0.1", () => {
      const at = server.address();
      const port = typeof at === "object" && at !== null ? at.port : 0;
      const stop = (): Promise<void> =>
        new Promise((stopped) => {
          server.close(() => stopped());
          server.closeAllConnections();
        });
      started({ address: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: stop });
    });
  });
}
