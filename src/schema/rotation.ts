/** Which values stayed longer than the schema lets them. */
import type { EnvironmentValue } from "../deploy/environment.ts";
import { formatPath } from "../file/path.ts";
import { dayOf } from "./certificates.ts";
import type { EnvironmentFinding } from "./findings.ts";
import type { Schema } from "./model.ts";
import { DAY } from "./period.ts";

/** When a value was changed last, as history tells it; undefined when it does not. */
export type LastChange = (file: string, path: readonly string[]) => Promise<Date | undefined>;

/** @param lastWrite of a file: no value in it can be younger */
export async function checkRotation(
  schema: Schema,
  values: readonly EnvironmentValue[],
  now: Date,
  lastWrite: (file: string) => Promise<Date | undefined>,
  lastChange: LastChange | undefined,
): Promise<readonly EnvironmentFinding[]> {
  const byPath = new Map(values.map((value) => [formatPath(value.path), value]));
  const found: EnvironmentFinding[] = [];
  for (const { name, rotateAfter, rotated, owner } of schema.keys) {
    const value = byPath.get(name);
    if (value === undefined || rotateAfter === undefined) continue;
    const { file, path } = value;
    const isOld = (date: Date): boolean => now.getTime() - date.getTime() > rotateAfter.days * DAY;
    const written = await lastWrite(file);
    // History costs more than a look at the file, and may know a later day than the schema.
    const changed = written !== undefined && isOld(written) ? written : latest(rotated, await lastChange?.(file, path));
    if (changed === undefined || !isOld(changed)) continue;
    const message = `is to be rotated every ${rotateAfter.text}, and was changed last on ${dayOf(changed)}${changed === written ? " or before" : ""}`;
    found.push({ kind: "rotate", path: name, file, message, ...(owner === undefined ? {} : { owner }) });
  }
  return found;
}

function latest(one: Date | undefined, two: Date | undefined): Date | undefined {
  if (one === undefined || two === undefined) return one ?? two;
  return one.getTime() > two.getTime() ? one : two;
}
