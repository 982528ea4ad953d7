import { describeWriters } from "./writers.ts";

describeWriters([{ writers: 20, rounds: 1 }]);
