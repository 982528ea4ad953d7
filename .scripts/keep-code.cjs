/** Loaded before the program by warm.mjs: keeps what V8 compiled in this run, and what was kept before it. */
"use strict";
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { crc32 } = require("node:zlib");

const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(options.filename, this);
  }
};

process.on("exit", () => {
  const folder = process.env.SOTTO_BUILD_CODE;
  mkdirSync(folder, { recursive: true });
  for (const [file, script] of scripts) {
    const code = script.createCachedData();
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(code, crc32(readFileSync(file))));
    writeFileSync(path.join(folder, `${path.basename(file)}.bin`), Buffer.concat([code, sum]));
  }
});
