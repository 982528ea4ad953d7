import { expect, test } from "vitest";
import { thrownBy } from "./thrown.ts";
import { findConfig } from "../../src/policy/discover.ts";

const deep = (levels: number): string => `/top${"/x".repeat(levels)}`;
const having = (...paths: string[]): { exists(path: string): boolean } => ({ exists: (path) => paths.includes(path) });

test("the config of the nearest folder is used", () => {
  const files = having("/p/a/.sops.yaml", "/p/.sops.yaml");
  expect(findConfig("/p/a/b", files)).toEqual({ path: "/p/a/.sops.yaml", warnings: [] });
  expect(findConfig("/p/a", files)).toEqual({ path: "/p/a/.sops.yaml", warnings: [] });
  expect(findConfig("/p/c", files)).toEqual({ path: "/p/.sops.yaml", warnings: [] });
  expect(findConfig("/", having("/.sops.yaml"))).toEqual({ path: "/.sops.yaml", warnings: [] });
});

test("no config is no error", () => {
  expect(findConfig("/p/a", having())).toEqual({ path: undefined, warnings: [] });
});

test("the root of the repository may hold the config, folders above it may not", () => {
  expect(findConfig("/p/a/b", having("/p/a/.git", "/p/a/.sops.yaml", "/p/.sops.yaml"))).toEqual({ path: "/p/a/.sops.yaml", warnings: [] });
  const { path, warnings } = findConfig("/p/a/b", having("/p/a/.git", "/p/.sops.yaml", "/.sops.yaml"));
  expect(path).toBeUndefined();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^ignoring "\/p\/\.sops\.yaml": it lies above the git repository "\/p\/a"/);
});

test("a submodule or worktree, where .git is a file, is a repository of its own", () => {
  expect(findConfig("/p/sub/x", having("/p/.git", "/p/sub/.git", "/p/.sops.yaml")).path).toBeUndefined();
});

test(".sops.yml is named in a warning, the first one only", () => {
  expect(findConfig("/p/a", having("/p/a/.sops.yml", "/p/.sops.yml")).warnings).toEqual([
    'ignoring "/p/a/.sops.yml" when searching for config file; the config file must be called ".sops.yaml"',
  ]);
  expect(findConfig("/p/a", having("/p/a/.sops.yml", "/p/.sops.yaml"))).toEqual({
    path: "/p/.sops.yaml",
    warnings: [
      'ignoring "/p/a/.sops.yml" when searching for config file; the config file must be called ".sops.yaml"; using "/p/.sops.yaml" instead',
    ],
  });
});

test("a named config is used as it is, without a look elsewhere, and must exist", () => {
  expect(findConfig("/p", having("other.yaml", "/p/.sops.yaml"), { explicit: "other.yaml" })).toEqual({ path: "other.yaml", warnings: [] });
  expect(thrownBy(() => findConfig("/p", having("/p/.sops.yaml"), { explicit: "other.yaml" }))).toMatchObject({
    code: "CONFIG_MISSING",
    file: "other.yaml",
  });
  expect(findConfig("/p", having("/p/.sops.yaml"), { explicit: "" }).path).toBe("/p/.sops.yaml");
});

test("outside of git the search ends after 100 folders, as in sops", () => {
  expect(findConfig(deep(99), having("/top/.sops.yaml")).path).toBe("/top/.sops.yaml");
  expect(findConfig(deep(100), having("/top/.sops.yaml")).path).toBeUndefined();
});
