#!/usr/bin/env node
/**
 * Starts the program, whose parts lie in `chunks`. This is `dist/sotto.js` as it stands.
 *
 * Compiling is a third of what a small command costs, so the build keeps what V8 made of each part (see warm.mjs), as Python does
 * beside its modules. It is only read here, and only from the program's own folder: whoever can write there can write the program.
 * Another version of Node finds none and compiles.
 */
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { Script } = require("node:vm");

const kept = path.join(__dirname, "code", `${process.version}-${process.platform}-${process.arch}`);
const modules = new Map();
const isOwn = (name) => name.startsWith(".");

load(path.join(__dirname, "chunks", "frame.js"));

/** What `require` gives for one of our own files: Node's takes no code that was compiled before. */
function load(file) {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(file, module);
  const source = readFileSync(file);
  const script = new Script(`(function(exports,require,module,__filename,$import){${source.toString()}\n})`, {
    filename: file,
    cachedData: codeOf(file, source),
  });
  const placeOf = (name) => path.join(path.dirname(file), name);
  const requireFrom = (name) => (isOwn(name) ? load(placeOf(name)) : require(name));
  const importFrom = (name) => import(isOwn(name) ? pathToFileURL(placeOf(name)).href : name);
  script.runInThisContext()(module.exports, requireFrom, module, file, importFrom);
  return module.exports;
}

/**
 * V8 looks at the length of the source only, and runs what it is given: a damaged byte can make it run for ever. So the code is
 * followed by a CRC-32 of the source and itself.
 */
function codeOf(file, source) {
  let bytes;
  try {
    bytes = readFileSync(path.join(kept, `${path.basename(file)}.bin`));
  } catch {
    return undefined;
  }
  const end = bytes.length - 4;
  const { crc32 } = require("node:zlib");
  return end > 0 && crc32(bytes.subarray(0, end), crc32(source)) === bytes.readUInt32LE(end) ? bytes.subarray(0, end) : undefined;
}
