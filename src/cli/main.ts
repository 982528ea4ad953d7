#!/usr/bin/env node
/** The program. The only place that knows the real process. */
import { createNodeHost } from "../host/node-host.ts";
import { runProgram } from "./program.ts";
import { COMMANDS } from "./table.ts";

// Nothing is left to be written then (see host/streams.ts), and an idle connection must not keep the process.
void runProgram(process.argv.slice(2), COMMANDS, createNodeHost()).then((exit) => process.exit(exit));
