import { describeCommands } from "./commands.ts";

describeCommands(["set", "updatekeys of two"], false);
