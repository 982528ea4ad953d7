import { describeMany } from "../faults/many.ts";

describeMany(100);
