/** An environment in the form that some program reads. */
import { SottoError } from "../../model/error.ts";
import { suggest } from "../../policy/suggest.ts";
import type { OpenEnvironment } from "../environment.ts";
import type { Rendered, RenderOptions } from "./renderer.ts";
import { RENDER_FORMATS, type RenderRow } from "./table.ts";

/** @throws SottoError `FORMAT_UNKNOWN` with the nearest name */
export function findRenderFormat(name: string): RenderRow {
  const found = RENDER_FORMATS.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const names = RENDER_FORMATS.map(({ id }) => id);
  const near = suggest(name, names);
  throw new SottoError("FORMAT_UNKNOWN", `${name} is no format to render`, {
    hints: [...(near === undefined ? [] : [`did you mean ${near}?`]), `formats are ${names.join(", ")}`],
  });
}

/**
 * Nothing is written, and nothing is left out: what the form cannot hold is an error that names every such value.
 * @throws SottoError `ENVIRONMENT_UNFIT`, `REFUSED`, `BAD_FLAGS`, `FORMAT_UNKNOWN`
 */
export async function renderEnvironment(
  { values }: Pick<OpenEnvironment, "values">,
  format: string,
  options: RenderOptions,
): Promise<Rendered> {
  const render = await findRenderFormat(format).load();
  return render(values, options);
}
