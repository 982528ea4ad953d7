/** The environment of this process, for the one module that fills it. */
export type Variables = Record<string, string | undefined>;

/** Changes to it reach this process and all that it starts. */
export function ownEnvironment(): Variables {
  return process.env;
}
