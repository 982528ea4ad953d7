import { describeFuzz } from "./fuzz.ts";

describeFuzz(400, 1000);
