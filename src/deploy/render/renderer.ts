/** What a form for programs is: values in, bytes out, and nothing written here. */
import type { EnvironmentValue } from "../environment.ts";

export interface RenderOptions {
  /** As in `process.platform`: Windows does not tell upper from lower case in names. */
  readonly platform: string;
  /** Stands in front of every name. */
  readonly prefix?: string | undefined;
  /** Only these: names, or paths and what is below them. */
  readonly only?: readonly string[];
  /** Variables that may decide what programs start although their values are not encrypted. */
  readonly allowed?: readonly string[];
  /** Blanks for a step, for JSON and YAML. */
  readonly indent?: number | undefined;
  readonly secret?: KubernetesSecret | undefined;
  /** Where a step of GitHub Actions leaves its values. */
  readonly to?: GithubTarget | undefined;
  /** systemd: the folder with a file for each value, absolute. */
  readonly directory?: string | undefined;
  /** The text of a template. */
  readonly template?: string | undefined;
  /** Terraform: the query of the data source, as JSON. */
  readonly query?: string | undefined;
}

export type GithubTarget = "env" | "output";

export interface KubernetesSecret {
  readonly name: string;
  readonly namespace?: string | undefined;
  /** `Opaque`, `tls`, `dockerconfigjson`, `basic-auth`, `ssh-auth`. */
  readonly type?: string | undefined;
  /** Each `KEY=VALUE`. */
  readonly labels?: readonly string[];
}

export interface RenderedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Rendered {
  readonly bytes: Uint8Array;
  /** To be appended to the file that the runner has for it, after `bytes` were printed. */
  readonly append?: Uint8Array;
  /** To be written into the folder, before `bytes` are printed. */
  readonly files?: readonly RenderedFile[];
  /** What may go wrong with what was rendered. */
  readonly notes?: readonly string[];
}

/** @throws SottoError `ENVIRONMENT_UNFIT` that lists everything which the form cannot hold */
export type Renderer = (values: readonly EnvironmentValue[], options: RenderOptions) => Rendered | Promise<Rendered>;
