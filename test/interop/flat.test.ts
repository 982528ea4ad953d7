import { describeRandom } from "./random.ts";

describeRandom("dotenv", "sotto encrypts, sops decrypts", { runs: 150, same: 1 });
describeRandom("dotenv", "sops encrypts, sotto decrypts", { runs: 150, same: 1 });
describeRandom("binary", "sotto encrypts, sops decrypts", { runs: 60, same: 1 });
describeRandom("binary", "sops encrypts, sotto decrypts", { runs: 60, same: 1 });
