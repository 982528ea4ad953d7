/** Two entries and what they load later: a format, age, the engine of patterns come when a file needs them. */
import { cpSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["app.js", "worker.js"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: "es2024",
  minify: true,
  legalComments: "none",
});
cpSync("index.html", "dist/index.html");
