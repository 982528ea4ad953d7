/** sops would write a record to a database; sotto says that it does not. */
import { expect, test } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { accessFor, ANA, sealText } from "../../support/sotto.ts";
import { vectorRecipient } from "../../support/vectors.ts";
import { Scratch } from "./scratch.ts";

const AUDIT = "backends:\n  postgres:\n    - connection_string: postgres://audit:hunter2@db/audit\n";

test("where sops has an audit configuration, every command that uses keys says so once", async () => {
  using scratch = new Scratch(ANA);
  scratch.write("audit.yaml", AUDIT);
  scratch.write(".sops.yaml", `creation_rules:\n  - age: ${vectorRecipient("ana")}\n`);
  scratch.write("plain.yaml", "a: 1\n");
  const lines = [
    ["encrypt", "-i", "plain.yaml"],
    ["decrypt", "plain.yaml"],
    ["-d", "plain.yaml"],
    ["set", "plain.yaml", "b", "2"],
    ["get", "plain.yaml", "b"],
    ["rotate", "-i", "plain.yaml"],
    ["updatekeys", "-y", "plain.yaml"],
    ["exec-env", "plain.yaml", "true"],
  ];
  for (const argv of lines) {
    const { exit, errors } = await scratch.sotto(argv, { auditConfig: "audit.yaml" });
    expect({ argv, exit }).toEqual({ argv, exit: 0 });
    expect(errors.match(/^warning: .*\/audit\.yaml: sops writes an audit record .*; sotto does not/gm)).toHaveLength(1);
    expect(errors).not.toContain("hunter2");
  }
});

test("where there is none, nothing is said", async () => {
  using scratch = new Scratch(ANA);
  scratch.write("a.yaml", await sealText("a: 1\n", "yaml", { access: accessFor(ANA) }));
  expect(await scratch.sotto(["decrypt", "a.yaml"])).toEqual({ exit: 0, output: "a: 1\n", errors: "" });
});

test("no variable moves it", () => {
  expect(createNodeHost({ env: { SOPS_AUDIT_CONFIG: "/x", HOME: "/y" } }).auditConfig).toBe("/etc/sops/audit.yaml");
});
