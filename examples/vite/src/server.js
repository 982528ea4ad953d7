/** Runs on the server: the values come when it starts, and no bundle holds one. */
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { secrets } from "virtual:sotto";

const client = new URL("../client/", import.meta.url);

async function sign(request) {
  const hmac = createHmac("sha256", secrets.SESSION_SECRET);
  for await (const chunk of request) hmac.update(chunk);
  return hmac.digest("hex");
}

const server = createServer(async (request, response) => {
  if (request.method === "POST" && request.url === "/api/sign") {
    response.end(await sign(request));
    return;
  }
  const file = new URL(request.url === "/" ? "index.html" : `.${request.url}`, client);
  try {
    if (!file.href.startsWith(client.href)) throw new Error("outside");
    const type = { html: "text/html", js: "text/javascript" }[file.pathname.split(".").at(-1)] ?? "application/octet-stream";
    response.setHeader("content-type", type).end(await readFile(file));
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
