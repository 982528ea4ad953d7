/** Checks the signature of a request to AWS: Signature Version 4, as its documentation describes it. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SeenRequest } from "./faulty-server.ts";

/** An error as AWS names it. */
export class AwsError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Signed {
  readonly accessKeyId: string;
  readonly region: string;
}

/** In milliseconds, in both directions. */
const TOLERATED_SKEW = 5 * 60 * 1000;

/**
 * @param signers who may ask
 * @param now by the server's clock, in milliseconds
 * @throws AwsError that AWS would answer with
 */
export function checkSignature(request: SeenRequest, service: string, signers: ReadonlyMap<string, Signer>, now: number): Signed {
  const { headers } = request;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, accessKeyId = "", day = "", region = "", scope, names = "", given = ""] = parts.exec(headers.authorization ?? "") ?? [];
  if (accessKeyId === "") throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  const signer = signers.get(accessKeyId);
  if (signer === undefined) throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  const date = text(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at) || !date.startsWith(day) || scope !== service)
    throw new AwsError("IncompleteSignatureException", `Credential should be scoped to a valid day and service ${service}`);
  if (Math.abs(now - at) > TOLERATED_SKEW) {
    const which = at < now ? "Signature expired" : "Signature not yet current";
    throw new AwsError("InvalidSignatureException", `${which}: ${date} is not near ${new Date(now).toISOString()}`);
  }
  if (text(headers["x-amz-security-token"]) !== (signer.sessionToken ?? ""))
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  const signed = names.split(";");
  const required = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-") && name !== "x-amzn-trace-id")];
  const left = required.filter((name) => !signed.includes(name));
  if (left.length > 0) throw new AwsError("InvalidSignatureException", `'${left.join("', '")}' must be signed`);
  const [path = "", query = ""] = request.path.split("?");
  const lines = signed.map((name) => `${name}:${text(headers[name]).trim().replaceAll(/ +/g, " ")}\n`).join("");
  const canonical = [request.method, path, query.split("&").toSorted().join("&"), lines, names, hash(request.body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, `${day}/${region}/${service}/aws4_request`, hash(canonical)].join("\n");
  let key = Buffer.from(`AWS4${signer.secretAccessKey}`);
  for (const part of [day, region, service, "aws4_request", toSign]) key = createHmac("sha256", key).update(part).digest();
  if (!timingSafeEqual(key, Buffer.from(given, "hex")))
    throw new AwsError("InvalidSignatureException", "The request signature we calculated does not match the signature you provided.");
  return { accessKeyId, region };
}

const hash = (value: string): string => createHash("sha256").update(value).digest("hex");

function text(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value ?? []).join(",");
}
