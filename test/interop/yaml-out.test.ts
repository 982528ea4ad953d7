import { describeRandom } from "./random.ts";

describeRandom("yaml", "sotto encrypts, sops decrypts", { runs: 450, same: 0.88 });
