/**
 * Makes a fresh clone ready: the packages of the lock file, and the Node that comes with them.
 * Runs under any Node from 20 on and imports nothing that has to be installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const windows = process.platform === "win32";

/** @returns the path of the Node that runs everything else */
export function makeReady() {
  const fresh = !isInstalled();
  if (fresh) install();
  const node = findNode();
  if (fresh) completeOptional(node);
  return node;
}

/** npm leaves optional packages out that do not want the Node that it runs with; the one that came with them they do want. */
function completeOptional(node) {
  const wanted = Object.keys(readJson("package.json")?.optionalDependencies ?? {});
  if (wanted.every((name) => existsSync(join(root, "node_modules", name, "package.json")))) return;
  const env = outerEnvironment();
  const { status } = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund"], {
    cwd: root,
    env: { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH}` },
    stdio: ["ignore", 2, 2],
    shell: windows,
  });
  if (status !== 0) fail("npm install failed; its own message stands above");
}

/** The environment for npm: without our own `node_modules` on the PATH, which an installation replaces. */
export function outerEnvironment() {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !isInside(folder, join(root, "node_modules")))
    .join(delimiter);
  const env = { ...process.env, PATH: path };
  // Set by `npm run` for the folder it runs in; the install step of a package means another one.
  delete env.npm_config_local_prefix;
  delete env.npm_config_prefix;
  return env;
}

/** True if every package that the lock file asks for on this machine is there in that version. */
function isInstalled() {
  const wanted = readJson("package-lock.json")?.packages;
  const found = readJson(join("node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const here = found[path];
    if (!here) return entry.optional === true;
    return here.version === entry.version && here.integrity === entry.integrity && existsSync(join(root, path, "package.json"));
  });
}

function install() {
  say("installing what the lock file names (npm ci)");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    env: outerEnvironment(),
    stdio: ["ignore", 2, 2],
    shell: windows,
  });
  if (status !== 0) fail("npm ci failed; its own message stands above");
}

/** The package `node` fetches its program in an install script, which some settings of npm leave out. */
function findNode() {
  const folder = join(root, "node_modules", "node");
  const node = join(folder, "bin", windows ? "node.exe" : "node");
  const version = readJson(join("node_modules", "node", "package.json"))?.version;
  if (!version) fail("node_modules/node is missing; run: npm ci");
  if (!runs(node, version)) {
    say(`fetching node ${version}, whose install script did not run`);
    spawnSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: folder, env: outerEnvironment(), stdio: ["ignore", 2, 2] });
  }
  if (runs(node, version)) return node;
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    say(`node ${version} could not be fetched; going on with ${process.version}`);
    return process.execPath;
  }
  return fail(`node ${version} could not be fetched, and ${process.version} is too old; install Node 24 and try again`);
}

function runs(node, version) {
  return existsSync(node) && spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${version}`;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch {
    return undefined;
  }
}

function isInside(path, folder) {
  const way = relative(folder, path);
  return path !== "" && (way === "" || (!way.startsWith("..") && !way.includes(":")));
}

/** Remarks go to standard error: standard output belongs to the program that is started. */
export function say(text) {
  process.stderr.write(`sotto: ${text}\n`);
}

export function fail(text) {
  process.stderr.write(`error: ${text}\n`);
  process.exit(1);
}
