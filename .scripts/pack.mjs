/**
 * Puts CommonJS chunks that are always loaded together into one file. Finding, reading and compiling a file costs Node about
 * 0.4 ms, and esbuild cuts the program into many: a small `decrypt` would load sixteen.
 *
 * A pack is a function from a chunk's name to its exports; a chunk in it runs on first use, as it would as a file.
 */
import { posix } from "node:path";

const REQUIRE = /\brequire\("(\.{1,2}\/[^"]+)"\)/g;

/**
 * @param {ReadonlyMap<string, string>} files text by path, relative to the same folder, with slashes
 * @param {string} entry the program; with everything that it requires at once it becomes the pack `frame.js`, which runs it
 * @param {Readonly<Record<string, (path: string) => boolean>>} packs by file name, which chunks, with everything that they require at
 *   once, make another pack; what is in an earlier one stays there
 * @returns {Map<string, string>} the files to write
 */
export function packChunks(files, entry, packs) {
  const folder = posix.dirname([...files.keys()].find((path) => path !== entry) ?? entry);
  const frame = posix.join(folder, "frame.js");
  const packOf = new Map([...closure(files, entry)].map((path) => [path, frame]));
  for (const [name, isMember] of Object.entries(packs)) {
    const members = [...files.keys()].filter(isMember).flatMap((path) => [...closure(files, path)]);
    for (const path of members) if (!packOf.has(path)) packOf.set(path, posix.join(folder, name));
  }

  const written = new Map();
  for (const pack of new Set(packOf.values())) {
    const members = [...packOf].filter(([, one]) => one === pack).map(([path]) => path);
    const rows = members.map(
      (path) => `${JSON.stringify(path)}:((module,exports)=>{${redirect(withoutHead(files.get(path)), path, pack, packOf)}\n})`,
    );
    const start = pack === frame ? `$pack(${JSON.stringify(entry)});` : "";
    written.set(
      pack,
      `"use strict";const $seen={},$chunks={${rows.join(",\n")}};` +
        "function $pack(name){let found=$seen[name];if(!found){found=$seen[name]={exports:{}};$chunks[name](found,found.exports)}return found.exports}" +
        `module.exports=$pack;${start}\n`,
    );
  }
  for (const [path, text] of files) {
    if (!packOf.has(path)) written.set(path, redirect(text, path, path, packOf));
  }
  return written;
}

/** A chunk and what it requires while it loads; what it requires later stands in a function behind `Promise`. */
function closure(files, start) {
  const found = new Set([start]);
  for (const path of found) {
    for (const [whole, target] of (files.get(path) ?? "").matchAll(REQUIRE)) {
      const resolved = posix.join(posix.dirname(path), target);
      if (files.has(resolved) && !isLater(files.get(path), whole)) found.add(resolved);
    }
  }
  return found;
}

function isLater(text, call) {
  return !text.replaceAll(`.then(()=>${call})`, "").includes(call);
}

/** Points `require` of a packed chunk at its pack. `place` is the file that the text will stand in. */
function redirect(text, path, place, packOf) {
  return text.replaceAll(REQUIRE, (whole, target) => {
    const resolved = posix.join(posix.dirname(path), target);
    const pack = packOf.get(resolved);
    if (pack === place) return `$pack(${JSON.stringify(resolved)})`;
    const way = posix.relative(posix.dirname(place), pack ?? resolved);
    const file = JSON.stringify(way.startsWith(".") ? way : `./${way}`);
    return pack === undefined ? `require(${file})` : `require(${file})(${JSON.stringify(resolved)})`;
  });
}

function withoutHead(text) {
  return text.replace(/^#!.*\n/, "").replace(/^"use strict";/, "");
}
