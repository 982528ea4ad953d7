#!/usr/bin/env node
/** The program. The only place that knows the real process. */
import { createNodeHost } from "../host/node-host.ts";
import { runProgram } from "./program.ts";
import { COMMANDS } from "./table.ts";

/** As package.json has it; an older one would fail in the middle of something. */
const NEEDED = [22, 18] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`error: sotto needs Node ${NEEDED.join(".")} or later, and this is ${process.versions.node}\n`);
  process.exit(1);
}

// Nothing is left to be written then (see host/streams.ts), and an idle connection must not keep the process.
void runProgram(process.argv.slice(2), COMMANDS, createNodeHost()).then((exit) => process.exit(exit));
