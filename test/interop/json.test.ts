import { describeRandom } from "./random.ts";

describeRandom("json", "sotto encrypts, sops decrypts", { runs: 200, same: 0.98 });
describeRandom("json", "sops encrypts, sotto decrypts", { runs: 200, same: 0.9 });
