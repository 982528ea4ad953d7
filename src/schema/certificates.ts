/** When certificates and tokens end. Names in a certificate are public; nothing else of a value is told. */
import { X509Certificate } from "node:crypto";
import { expiryOfJwt } from "./jwt.ts";
import { DAY } from "./period.ts";

export interface Expiry {
  readonly kind: "certificate" | "token";
  readonly message: string;
  /** Absent where it cannot be read. */
  readonly date?: Date;
}

export interface ExpiryOptions {
  readonly now: Date;
  /** What ends within so many days is told, too. */
  readonly days: number;
}

const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** What is over, or soon will be, or has not begun, of a text. */
export function expiriesOf(text: string, options: ExpiryOptions): readonly Expiry[] {
  if (!text.includes("-----BEGIN ")) return listToken(text, options);
  const blocks = text.match(BLOCK) ?? [];
  return blocks.flatMap((block, index) => {
    const which = blocks.length > 1 ? `certificate ${index + 1} of ${blocks.length}` : "the certificate";
    return examine(block, which, options);
  });
}

function examine(block: string, which: string, { now, days }: ExpiryOptions): readonly Expiry[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block.replaceAll(/(BEGIN|END) (?:X509 |TRUSTED )/g, "$1 "));
  } catch {
    return [{ kind: "certificate", message: `${which} cannot be read` }];
  }
  const begin = new Date(certificate.validFrom);
  const end = new Date(certificate.validTo);
  if (begin.getTime() > now.getTime()) {
    return [{ kind: "certificate", message: `${which} is not valid before ${dayOf(begin)}`, date: begin }];
  }
  return tellEnd("certificate", which, end, now, days);
}

function listToken(text: string, { now, days }: ExpiryOptions): readonly Expiry[] {
  const end = expiryOfJwt(text);
  return end === undefined ? [] : tellEnd("token", "the token", end, now, days);
}

function tellEnd(kind: Expiry["kind"], which: string, date: Date, now: Date, days: number): readonly Expiry[] {
  const left = date.getTime() - now.getTime();
  if (left <= 0) return [{ kind, message: `${which} expired on ${dayOf(date)}`, date }];
  if (left > days * DAY) return [];
  const full = Math.floor(left / DAY);
  return [{ kind, message: `${which} expires on ${dayOf(date)}, in ${full === 1 ? "1 day" : `${full} days`}`, date }];
}

export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
