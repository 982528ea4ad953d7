import { describeRandom } from "./random.ts";

// go-ini joins and drops comments, and its printer changes some values.
describeRandom("ini", "sotto encrypts, sops decrypts", { runs: 250, same: 0.85 });
describeRandom("ini", "sops encrypts, sotto decrypts", { runs: 250, same: 0.85 });
