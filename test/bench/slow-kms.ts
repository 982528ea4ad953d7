/**
 * AWS KMS that takes 100 ms a call, as a program of its own: who measures waits for the programs and could answer nobody.
 * Usage: node test/bench/slow-kms.ts FILE, into which it writes its address and, after a blank, how many calls there were.
 */
import { writeFileSync } from "node:fs";
import { FakeAws } from "../keys/fake-aws.ts";
import { startFaultyServer } from "../keys/faulty-server.ts";

const DELAY = 100;
const [, , file = ""] = process.argv;
const aws = new FakeAws();
aws.addKey("key/one");
aws.addKey("key/two");
let url = "";
const tell = (): void => writeFileSync(file, `${url} ${aws.calls.length}`);
const server = await startFaultyServer({
  async behind(request) {
    await new Promise((resolve) => setTimeout(resolve, DELAY));
    const answer = await aws.handle(request);
    tell();
    return answer;
  },
});
({ url } = server);
tell();
// It ends with the one who started it.
process.stdin.on("end", () => process.exit()).resume();
