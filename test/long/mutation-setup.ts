/** Loads what sotto loads late, so that Stryker sees what runs once, when a module is loaded, for what it is. */
export { lockFiles } from "../../src/host/locked-files.ts";
export { planUpdate } from "../../src/workspace/update-keys.ts";
