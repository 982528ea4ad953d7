import { describeFuzz } from "../hostile/fuzz.ts";

describeFuzz(40_000, 1000);
