import { describe, expect, test } from "vitest";
import { layEnvironment } from "../../src/deploy/child-environment.ts";
import { canStartCode, valueCanStartCode } from "../../src/deploy/code-names.ts";
import { listVariables, refuseCode, type Variable } from "../../src/deploy/variables.ts";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { sealText, unlockText } from "../support/sotto.ts";

async function variablesOf(text: string, format: FormatId, selector?: SelectorSetting): Promise<readonly Variable[]> {
  using open = await unlockText(await sealText(text, format, { selector }), format);
  return listVariables(open);
}

const SECRETS: SelectorSetting = { kind: "encrypted_regex", pattern: "^SECRET" };

describe("names that can start code", () => {
  test.each(
    "PATH ENV BASH_ENV LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES NODE_OPTIONS PYTHONSTARTUP PERL5OPT RUBYOPT JAVA_TOOL_OPTIONS GIT_SSH GIT_SSH_COMMAND GIT_CONFIG_GLOBAL GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_ASKPASS GIT_EXEC_PATH BASH_FUNC_ls%% npm_config_script_shell EDITOR SOPS_AGE_KEY_CMD".split(
      " ",
    ),
  )("%s", (name) => {
    expect(canStartCode(name, "linux")).toBe(true);
  });

  test.each("A DATABASE_URL LD PATHS MY_PATH LDFLAGS path ld_preload GITHUB_TOKEN NODE_ENV RAILS_ENV PYTHON GIT_AUTHOR_NAME".split(" "))(
    "not %s",
    (name) => {
      expect(canStartCode(name, "linux")).toBe(false);
    },
  );

  test("Windows does not tell upper from lower case", () => {
    expect(canStartCode("Path", "win32")).toBe(true);
    expect(layEnvironment({ inherited: { Path: "a", B: "b" }, over: [["PATH", "c"]], platform: "win32" })).toEqual({ PATH: "c", B: "b" });
  });

  test("an empty value is as good as none, unless it means the current folder", () => {
    expect(valueCanStartCode("EDITOR", "", "linux")).toBe(false);
    expect(valueCanStartCode("PATH", "", "linux")).toBe(true);
  });
});

describe("variables of a file", () => {
  test("a value that was encrypted may have any name", async () => {
    for (const [format, text] of [
      ["dotenv", "PATH=/bin\nLD_PRELOAD=x\n"],
      ["yaml", "PATH: /bin\nLD_PRELOAD: 5\n"],
      ["json", '{"PATH": "/bin", "LD_PRELOAD": true}'],
    ] as const) {
      const variables = await variablesOf(text, format);
      expect(variables.map(({ encrypted }) => encrypted)).toEqual([true, true]);
      expect(() => refuseCode(variables, [], "linux")).not.toThrow();
    }
  });

  test("one in the clear is refused by its name, and not by its value", async () => {
    for (const [format, text] of [
      ["dotenv", "SECRET=s\nA=b\nPATH=hidden-value\nLD_PRELOAD=hidden-value\n"],
      ["yaml", "SECRET: s\nA: b\nPATH: hidden-value\n# c\nLD_PRELOAD: hidden-value\n"],
      ["json", '{"SECRET": "s", "A": "b", "PATH": "hidden-value", "LD_PRELOAD": "hidden-value"}'],
    ] as const) {
      const variables = await variablesOf(text, format, SECRETS);
      expect(variables.map(({ name, encrypted }) => (encrypted ? name : `clear ${name}`))).toEqual([
        "SECRET",
        "clear A",
        "clear PATH",
        "clear LD_PRELOAD",
      ]);
      expect(() => refuseCode(variables, [], "linux")).toThrow(
        expect.objectContaining({
          code: "REFUSED",
          message: "PATH, LD_PRELOAD decide what programs load or start, and their values are not encrypted in the file",
          hints: ["if it is meant to: --allow-env PATH --allow-env LD_PRELOAD"],
        }),
      );
      expect(() => refuseCode(variables, ["PATH"], "linux")).toThrow(/^LD_PRELOAD decides/);
      expect(() => refuseCode(variables, ["PATH", "LD_PRELOAD"], "linux")).not.toThrow();
    }
  });

  test("of two with one name both are looked at, and null is no ciphertext", async () => {
    expect(() => refuseCode([variable("PATH", true), variable("PATH", false)], [], "linux")).toThrow(/^PATH decides/);
    const variables = await variablesOf("PATH: null\n", "yaml");
    expect(variables).toEqual([{ name: "PATH", value: "<nil>", encrypted: false }]);
    expect(() => refuseCode(variables, [], "linux")).toThrow(/^PATH decides/);
  });

  test("names are names, also those that JavaScript knows", async () => {
    const variables = await variablesOf('{"__proto__": "a", "constructor": "b", "toString": "c"}', "json");
    const over = variables.map(({ name, value }) => [name, value] as const);
    expect(Object.entries(layEnvironment({ inherited: {}, over, platform: "linux" }))).toEqual(over);
  });
});

function variable(name: string, encrypted: boolean): Variable {
  return { name, value: "x", encrypted };
}
