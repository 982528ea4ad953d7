/**
 * `import "sotto/register"`, or `node --import sotto/register app.js`: the process has the values of the environment that
 * `SOTTO_ENVIRONMENT` names before anything else of the program runs, or it does not start.
 */
import { ownEnvironment } from "../host/own-environment.ts";
import { fillEnvironment } from "./fill-environment.ts";

await fillEnvironment(ownEnvironment());
