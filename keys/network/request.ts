/** A request with JSON both ways, whoever makes it. */

export interface JsonRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly tls?: TlsSettings;
}

export interface TlsSettings {
  /** PEM. */
  readonly ca?: Uint8Array;
  readonly cert?: Uint8Array;
  readonly key?: Uint8Array;
  readonly serverName?: string;
  readonly skipVerify?: boolean;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined for an empty body and one that is no JSON. */
  readonly body: unknown;
}
