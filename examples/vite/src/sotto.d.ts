/** For TypeScript. `sotto types` writes a type that knows the keys. */
declare module "virtual:sotto" {
  export const secrets: import("sotto").LoadedSecrets;
}
