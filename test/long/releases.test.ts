import { describeVectors } from "../interop/vectors.ts";
import { RELEASES } from "../interop/releases.ts";

for (const [program, release] of RELEASES) describeVectors(program, release);
