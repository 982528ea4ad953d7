/** The page: it takes a file and an identity, and leaves the rest to a worker, so that it never stands still. */
const worker = new Worker("worker.js", { type: "module" });
const result = document.querySelector("#result");
const identity = document.querySelector("#identity");

document.querySelector("#form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = document.querySelector("#file").files;
  result.textContent = "…";
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin of its own
  worker.postMessage({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), identity: identity.value });
  identity.value = "";
});

worker.addEventListener("message", ({ data }) => {
  // As text, never as HTML: a value may hold anything.
  result.textContent = data.text ?? `${data.code}: ${data.message}\n${data.report ?? ""}`;
  result.dataset.state = data.text === undefined ? "failed" : "open";
});
