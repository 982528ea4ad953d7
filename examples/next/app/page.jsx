/** Rendered on the server: it uses a secret, and gives the browser what came of it. */
import { createHmac } from "node:crypto";
import { secrets } from "../lib/secrets.js";
import { Copy } from "./copy.jsx";

export const dynamic = "force-dynamic";

export default async function Page() {
  const { SESSION_SECRET } = await secrets();
  const signature = createHmac("sha256", SESSION_SECRET).update("order 17").digest("hex");
  return <Copy text={signature} />;
}
