/** The environment of a command that is started with secrets. */

export interface EnvironmentLayers {
  /** What sotto itself was started with; empty for a pristine one. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** Laid over it in this order. */
  readonly over: readonly (readonly [name: string, value: string])[];
  readonly platform: string;
}

/** Later wins. On Windows a name takes the place of one that differs in case alone. */
export function layEnvironment({ inherited, over, platform }: EnvironmentLayers): Readonly<Record<string, string>> {
  // Without a prototype `__proto__` is a name like any other.
  const env = Object.create(null) as Record<string, string>;
  const spelled = new Map<string, string>();
  const set = (name: string, value: string): void => {
    if (platform === "win32") {
      const folded = foldName(name, platform);
      const before = spelled.get(folded);
      if (before !== undefined && before !== name) Reflect.deleteProperty(env, before);
      spelled.set(folded, name);
    }
    env[name] = value;
  };
  for (const name of Object.keys(inherited)) {
    const value = inherited[name];
    if (value !== undefined) set(name, value);
  }
  for (const [name, value] of over) set(name, value);
  return env;
}

/** Windows does not tell upper from lower case in names. */
export function foldName(name: string, platform: string): string {
  return platform === "win32" ? name.toUpperCase() : name;
}

/** Where sotto and sops find somebody's own identities. What names recipients is no secret. */
const IDENTITIES = /^SOPS_AGE_(?:KEY(?:_FILE|_CMD)?|SSH_PRIVATE_KEY_(?:FILE|CMD))$/;

/** True for a variable that gives an identity away; a command that gets secrets needs none of ours. */
export function isIdentity(name: string, platform: string): boolean {
  return IDENTITIES.test(foldName(name, platform));
}
