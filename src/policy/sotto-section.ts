/** The `sotto:` section of the config: people, environments, schema, findings that are fine. Every unknown key in it is an error. */
import { SottoError } from "../model/error.ts";
import type { Span } from "../model/tree.ts";
import { readBool, readFields, readList, readText, readTexts } from "./fields.ts";
import type { Field, Located } from "./fields.ts";
import type { ConfigSource } from "./source.ts";
import { suggest } from "./suggest.ts";

export interface Person {
  readonly name: string;
  /** Recipients, ARNs, fingerprints, as rules name them. */
  readonly keys: readonly string[];
  readonly email: string | undefined;
  /** A pipeline or a server, not a person. */
  readonly machine: boolean;
}

export interface EnvironmentSetting {
  readonly name: string;
  readonly span: Span;
  readonly files: readonly string[];
  readonly extends: readonly { readonly name: string; readonly span: Span }[];
  /** Only there to be extended. */
  readonly abstract: boolean;
  /** Its keys may open no other environment. */
  readonly isolated: boolean;
}

/** A finding of a look over the project that somebody took responsibility for. */
export interface IgnoredFinding {
  /** As the look names it: `weak secrets/dev.yaml database.password`. */
  readonly finding: string;
  readonly reason: string;
}

export interface SottoSection {
  readonly people: readonly Person[];
  /** Undefined when the section names none; then they are guessed. */
  readonly environments: readonly EnvironmentSetting[] | undefined;
  readonly schema: string | undefined;
  readonly ignore: readonly IgnoredFinding[];
}

const SECTION_FIELDS = ["people", "environments", "schema", "ignore"];
const PERSON_FIELDS = ["keys", "email", "machine"];
const ENVIRONMENT_FIELDS = ["files", "extends", "abstract", "isolated"];
const IGNORE_FIELDS = ["finding", "reason"];

type Reader<T> = (source: ConfigSource, value: Located, name: string) => T;

/** Reads what can be read; what cannot is a refusing warning of the source, since sops would read the file all the same. */
export function readSection(source: ConfigSource, value: Located): SottoSection {
  const fields = readMembers(source, value, "sotto", SECTION_FIELDS);
  const environments = fields.get("environments");
  return {
    people: readNamed(source, fields.get("people"), "people").map((field) => readPerson(source, field)),
    environments:
      environments === undefined
        ? undefined
        : readNamed(source, environments, "environments").map((field) => readEnvironment(source, field)),
    schema: readMember(source, fields, "schema", readText, undefined),
    ignore: readMember(source, fields, "ignore", readIgnored, []),
  };
}

function readPerson(source: ConfigSource, field: Field): Person {
  const members = readMembers(source, field, `sotto.people.${field.key}`, PERSON_FIELDS);
  return {
    name: field.key,
    keys: readMember(source, members, "keys", readOneOrMore, []),
    email: readMember(source, members, "email", readText, undefined),
    machine: readMember(source, members, "machine", readBool, false),
  };
}

function readEnvironment(source: ConfigSource, field: Field): EnvironmentSetting {
  const members = readMembers(source, field, `sotto.environments.${field.key}`, ENVIRONMENT_FIELDS);
  const parents = members.get("extends");
  return {
    name: field.key,
    span: field.keySpan,
    files: readMember(source, members, "files", readOneOrMore, []),
    extends: readMember(source, members, "extends", readOneOrMore, []).map((name) => ({ name, span: parents?.span ?? field.keySpan })),
    abstract: readMember(source, members, "abstract", readBool, false),
    isolated: readMember(source, members, "isolated", readBool, false),
  };
}

const readIgnored: Reader<readonly IgnoredFinding[]> = (source, value, name) =>
  readList(source, value, name, "a list").flatMap((item) => {
    const members = readMembers(source, item, "sotto.ignore", IGNORE_FIELDS);
    const finding = readMember(source, members, "finding", readText, "");
    const reason = readMember(source, members, "reason", readText, "");
    if (finding !== "" && reason.trim() !== "") return [{ finding, reason }];
    const hints = ["write both: {finding: weak secrets/dev.yaml port, reason: a number that everybody knows}"];
    source.warn(item.span, "an entry of sotto.ignore needs a finding and a reason", { hints, refuses: true });
    return [];
  });

const readOneOrMore: Reader<readonly string[]> = (source, value, name) =>
  value.node.kind === "scalar" ? [readText(source, value, name)] : readTexts(source, value, name);

function readNamed(source: ConfigSource, field: Field | undefined, name: string): readonly Field[] {
  if (field === undefined) return [];
  return tolerate(source, field.span, `sotto.${name}`, () => readFields(source, field, name, "a mapping"), []);
}

function readMembers(source: ConfigSource, value: Located, where: string, known: readonly string[]): ReadonlyMap<string, Field> {
  const fields = tolerate(source, value.span, where, () => readFields(source, value, where, "a mapping"), []);
  for (const { key, keySpan } of fields) {
    if (known.includes(key)) continue;
    const meant = suggest(key, known);
    const hints = [meant === undefined ? `known keys here: ${known.join(", ")}` : `did you mean ${meant}?`];
    source.warn(keySpan, `unknown key "${key}" in ${where}`, { hints, refuses: true });
  }
  return new Map(fields.map((field) => [field.key, field]));
}

function readMember<T, U>(source: ConfigSource, members: ReadonlyMap<string, Field>, name: string, read: Reader<T>, absent: U): T | U {
  const field = members.get(name);
  return field === undefined ? absent : tolerate(source, field.span, name, () => read(source, field, name), absent);
}

function tolerate<T, U>(source: ConfigSource, span: Span, where: string, read: () => T, otherwise: U): T | U {
  try {
    return read();
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    source.warn(span, `${where} has a value of the wrong kind`, { refuses: true });
    return otherwise;
  }
}
