import { describeMerges } from "./merges.ts";

describeMerges(32);
