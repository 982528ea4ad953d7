import { describeMerges } from "../git/merges.ts";

describeMerges(300);
