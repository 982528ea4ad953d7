/** Decrypts where there are no files, no environment and no network: bytes come in, a text goes out. */
import { accessFromIdentities, decodeText, EncryptedFile, formatOfPath, SottoError } from "sotto/core";

globalThis.addEventListener("message", async ({ data: { name, bytes, identity } }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- nor has who listens to one
  globalThis.postMessage(await open(name, bytes, identity));
});

async function open(name, bytes, identity) {
  try {
    const file = await EncryptedFile.parse(bytes, formatOfPath(name));
    const opened = await file.unlock(accessFromIdentities(identity));
    try {
      return { text: decodeText(await opened.print()) };
    } finally {
      opened.dispose();
    }
  } catch (error) {
    if (SottoError.is(error)) return { code: error.code, message: error.message, report: error.report };
    return { code: "INTERNAL", message: "this file or this browser is not what was expected" };
  }
}
