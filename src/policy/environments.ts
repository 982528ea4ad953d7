/** Environments: ordered lists of files, from `sotto.environments`, or guessed from file names where there are none. */
import { SottoError } from "../model/error.ts";
import type { Config } from "./config.ts";
import { guessEnvironments } from "./guess.ts";
import type { EnvironmentSetting } from "./sotto-section.ts";
import { suggest } from "./suggest.ts";

export interface Environment {
  readonly name: string;
  /** Paths relative to the config, later over earlier. */
  readonly files: readonly string[];
  /** Files of what it extends, in the order in which they come before its own. */
  readonly inherited: readonly string[];
  /** Only there to be extended. */
  readonly abstract: boolean;
  /** Its keys may open no other environment. */
  readonly isolated: boolean;
  /** True if it was read off file names: to be shown as a guess. */
  readonly guessed: boolean;
}

/**
 * @param files the project's encrypted files, relative to the config's folder, with `/`; only guesses need them
 * @throws SottoError `CONFIG_INVALID` when an environment extends itself or one that does not exist
 */
export function listEnvironments(config: Config | undefined, files: readonly string[]): readonly Environment[] {
  const settings = config?.sotto?.environments;
  if (config === undefined || settings === undefined) return guessEnvironments(files);
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  return settings.map((setting) => ({
    name: setting.name,
    files: setting.files,
    inherited: listAncestors(config, setting, byName).flatMap((ancestor) => ancestor.files),
    abstract: setting.abstract,
    isolated: setting.isolated,
    guessed: false,
  }));
}

/** @throws SottoError `ENVIRONMENT_UNKNOWN` */
export function findEnvironment(environments: readonly Environment[], name: string): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const names = environments.map((environment) => environment.name);
  const meant = suggest(name, names);
  throw new SottoError("ENVIRONMENT_UNKNOWN", `there is no environment "${name}"`, {
    hints: [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      names.length === 0 ? "name them under sotto.environments in .sops.yaml" : `environments: ${names.join(", ")}`,
    ],
  });
}

/** What an environment extends, each once, ancestors before those that extend them. */
function listAncestors(
  config: Config,
  setting: EnvironmentSetting,
  byName: ReadonlyMap<string, EnvironmentSetting>,
): readonly EnvironmentSetting[] {
  const ordered: EnvironmentSetting[] = [];
  const done = new Set<EnvironmentSetting>();
  const open = new Set<EnvironmentSetting>([setting]);
  const path = [{ setting, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const parent = top.setting.extends[top.next];
    top.next += 1;
    if (parent === undefined) {
      path.pop();
      open.delete(top.setting);
      done.add(top.setting);
      if (top.setting !== setting) ordered.push(top.setting);
      continue;
    }
    const found = byName.get(parent.name);
    if (found === undefined) {
      const meant = suggest(parent.name, [...byName.keys()]);
      throw config.source.error(parent.span, `environment "${top.setting.name}" extends "${parent.name}", which does not exist`, {
        hints: meant === undefined ? [] : [`did you mean ${meant}?`],
      });
    }
    if (open.has(found)) {
      const names = path.map((step) => step.setting.name);
      const circle = [...names.slice(names.indexOf(found.name)), found.name].join(" → ");
      throw config.source.error(parent.span, `environments extend each other in a circle: ${circle}`);
    }
    if (done.has(found)) continue;
    open.add(found);
    path.push({ setting: found, next: 0 });
  }
  return ordered;
}
