import { describeSaves } from "./saves.ts";

describeSaves(false);
