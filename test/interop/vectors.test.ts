import { describeVectors } from "./vectors.ts";

describeVectors("sops", "3.13.3");
