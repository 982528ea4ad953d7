/** The project that a command runs in: the `.sops.yaml` in force, the keys at hand, the files. Prints and asks nothing. */
import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import type { EncryptedFile, OpenFile, UnlockOptions } from "../file/encrypted-file.ts";
import type { RecoverOptions } from "../keyring/recover.ts";
import type { KeyServices } from "../keyring/services.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { decodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";
import { type Config, loadConfig } from "../policy/config.ts";
import { findConfig } from "../policy/discover.ts";
import { matchRule, searchRules } from "../policy/match.ts";
import { nameOfRecipient } from "../policy/people.ts";
import type { CreationRule } from "../policy/rules.ts";
import type { ConfigWarning } from "../policy/source.ts";
import { createKeyAccess } from "./key-access.ts";
import { readEncrypted } from "./read.ts";
import { findRoot, journalPath } from "./root.ts";

export interface ProjectOptions {
  /** A config to use instead of the nearest `.sops.yaml`. */
  readonly config?: string | undefined;
  /** Kinds of keys in the order in which they are tried (sops: `--decryption-order`). */
  readonly decryptionOrder?: readonly string[] | undefined;
  /** False keeps this process from wrapping and unwrapping itself. */
  readonly localKeys?: boolean | undefined;
  /** What may be used although only a file names it: `endpoint:URL`, `role:ARN`, `profile:NAME` (`--accept`). */
  readonly accepted?: readonly string[] | undefined;
  /** Key services to ask as well: `tcp://host:port` or `unix:///path`. */
  readonly keyServices?: readonly string[] | undefined;
}

export class Project {
  readonly host: Host;
  /** Where the project begins: the root of its git repository, the folder of its `.sops.yaml`, or the current one. */
  readonly root: string;
  /** Undefined when there is none. */
  readonly config: Config | undefined;
  /** What looks wrong about the config, and what an interrupted command left, one line each. */
  readonly warnings: readonly string[];
  readonly access: RecoverOptions;

  private constructor(host: Host, root: string, config: Config | undefined, warnings: readonly string[], access: RecoverOptions) {
    this.host = host;
    this.root = root;
    this.config = config;
    this.warnings = warnings;
    this.access = access;
  }

  /** @throws SottoError `CONFIG_MISSING`, `CONFIG_INVALID` where sops could not read the config either */
  static async open(host: Host, options: ProjectOptions = {}): Promise<Project> {
    const files = { exists: (path: string): boolean => existsSync(isAbsolute(path) ? path : join(host.cwd, path)) };
    const found = findConfig(host.cwd, files, { explicit: options.config });
    const root = findRoot(host.cwd, files, options.config === undefined ? found.path : undefined);
    const left = files.exists(journalPath(root)) ? await (await import("./journal.ts")).resumeLeft(host, root) : undefined;
    const config = found.path === undefined ? undefined : await readConfig(host, found.path);
    const noted = (config?.warnings ?? []).map((one) => describeWarning(config?.path ?? "", one));
    const context = createKeyAccess(host, { accepted: options.accepted, config });
    const order = options.decryptionOrder;
    const nameOf = (label: string): string | undefined => nameOfRecipient(config, label);
    const { services, problems } = await findKeyServices(options);
    const access = { context, nameOf, ...(order === undefined ? {} : { order }), ...(services === undefined ? {} : { services }) };
    const warnings = [...found.warnings, ...noted, ...problems, ...(left === undefined ? [] : [left]), ...warnOfAudit(host)];
    return new Project(host, root, config, warnings, access);
  }

  absolute(path: string): string {
    return resolve(this.host.cwd, path);
  }

  /**
   * The creation rule that a file falls under.
   * @returns undefined when there is no config, or none with rules: then there is no policy
   * @throws SottoError `NO_MATCHING_RULE`, `CONFIG_INVALID`
   */
  async rule(path: string): Promise<CreationRule | undefined> {
    return this.config === undefined ? undefined : matchRule(this.config, this.absolute(path));
  }

  /** The same, where a rule that cannot be used or does not match means that there is no policy. */
  async policy(path: string): Promise<CreationRule | undefined> {
    if (this.config === undefined) return undefined;
    const { rule, error } = await searchRules(this.config, this.absolute(path));
    return error === undefined ? rule : undefined;
  }

  /** The indentation that `stores` asks for, undefined to keep a file's own layout. */
  indentOf(format: FormatId): number | undefined {
    const stores = this.config?.stores;
    if (format === "yaml") return stores?.yaml;
    if (format === "json") return stores?.json;
    return format === "binary" ? stores?.jsonBinary : undefined;
  }

  /**
   * Reads an encrypted file; needs no key.
   * @throws SottoError `FILE_MISSING` and its kin, `NOT_ENCRYPTED`, `METADATA_INVALID`; each names the file
   */
  async read(path: string, format: FormatId = formatOfPath(path)): Promise<EncryptedFile> {
    const bytes = await this.host.readFile(path);
    return naming(path, () => readEncrypted(bytes, format));
  }

  /** Reads and unlocks an encrypted file. */
  async open(path: string, options: UnlockOptions & { readonly format?: FormatId | undefined } = {}): Promise<OpenFile> {
    const file = await this.read(path, options.format ?? formatOfPath(path));
    return naming(path, () => file.unlock({ ...this.access, file: path }, options));
  }
}

/** What is no address is skipped, as in sops. */
async function findKeyServices({ localKeys = true, keyServices = [] }: ProjectOptions): Promise<{
  readonly services: KeyServices | undefined;
  readonly problems: readonly string[];
}> {
  if (keyServices.length === 0) return { services: localKeys ? undefined : { local: false, remote: [] }, problems: [] };
  const { createKeyService, leavesThisMachine } = await import("../keyservice/client.ts");
  const services = keyServices.map((uri) => createKeyService(uri));
  const problems = keyServices.flatMap((uri, at) => {
    if (services[at] === undefined) return [`${uri} is no address of a key service and is skipped; write tcp://host:port or unix:///path`];
    return leavesThisMachine(uri) ? [`${uri}: data keys go there unencrypted, and nothing proves who answers`] : [];
  });
  return { services: { local: localKeys, remote: services.filter((service) => service !== undefined) }, problems };
}

/** sops writes to PostgreSQL there, and does nothing without it; nobody should think that we do. */
function warnOfAudit({ auditConfig }: Host): readonly string[] {
  if (auditConfig === undefined || !existsSync(auditConfig)) return [];
  return [`${auditConfig}: sops writes an audit record to a database for each file; sotto does not, so this call leaves no record there`];
}

function describeWarning(path: string, { message, position, hints }: ConfigWarning): string {
  return `${path}:${position.line}:${position.column}: ${[message, ...hints].join("; ")}`;
}

async function readConfig(host: Host, path: string): Promise<Config> {
  const place = isAbsolute(path) ? path : join(host.cwd, path);
  return loadConfig(place, decodeText(await host.readFile(place)));
}

/** Puts the name of the file on errors that do not have one. */
export async function naming<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (SottoError.is(error)) error.file ??= path;
    throw error;
  }
}
