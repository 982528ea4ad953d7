import { describeVectors } from "../interop/vectors.ts";
import { describeTricky } from "../interop/tricky.ts";
import { RELEASES } from "../interop/releases.ts";

for (const [program, release] of RELEASES) {
  describeVectors(program, release);
  describeTricky(program, release);
}
