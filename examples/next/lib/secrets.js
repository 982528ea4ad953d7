/** For code on the server. A component for browsers that imports this, however far away, makes the build fail. */
// oxlint-disable-next-line import/no-unassigned-import -- it is there for what it does
import "server-only";
import { loadSecrets } from "sotto";

let loaded;

/** Decrypted when the first request needs them, never during a build. */
export function secrets() {
  loaded ??= loadSecrets({ environment: process.env.SOTTO_ENVIRONMENT ?? "prod" });
  return loaded;
}
