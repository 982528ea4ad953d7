import { describeRandom } from "./random.ts";

describeRandom("yaml", "sops encrypts, sotto decrypts", { runs: 450, same: 0.88 });
