/** A file that nobody here can read: what is still shown, and who is named. */
import { expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { Repository } from "../git/repository.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { frameText, resized } from "./frame.ts";
import { Live } from "./live.ts";

test("keys and plain values are shown, and who could open it by name", async () => {
  const [ana, cara] = [vectorRecipient("ana"), vectorRecipient("cara")];
  using repository = new Repository();
  repository.write(
    ".sops.yaml",
    `keys: [&ana ${ana}]\ncreation_rules:\n  - age: [*ana, ${cara}]\n    unencrypted_regex: ^host$\nsotto:\n  people: {ana: {keys: [*ana]}}\n`,
  );
  repository.write("secrets/prod.yaml", "host: prod.example\npassword: canary\n");
  expect(await repository.sotto(["encrypt", "-i", "secrets/prod.yaml"])).toMatchObject({ exit: 0 });
  const env = { ...repository.env, ...identitiesOf({ keys: ["keys/ben.txt"] }) };
  const live = await Live.open(createNodeHost({ cwd: repository.path, env }));
  await live.press("down", "enter");
  const frame = frameText(resized(live.state, { columns: 80, rows: 24 })).replaceAll(/[│\s]+/g, " ");
  expect(frame).toContain("You cannot read secrets/prod.yaml.");
  expect(frame).toContain(`It needs one of: ana, ${cara.slice(0, 9)}…${cara.slice(-4)}. Keys and plain values are shown.`);
  expect(frame).toContain("prod.example");
  expect(frame).toContain("⊘ encrypted");
});
