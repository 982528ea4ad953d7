import { describe, expect, test } from "vitest";
import { expiriesOf } from "../../src/schema/certificates.ts";
import { parsePeriod, periodFor } from "../../src/schema/period.ts";

/** Of example.com, from 2026-01-01 to 2026-07-01. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIHTMIGGAgEBMAUGAytlcDAWMRQwEgYDVQQDDAtleGFtcGxlLmNvbTAeFw0yNjAx
MDEwMDAwMDBaFw0yNjA3MDEwMDAwMDBaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29t
MCowBQYDK2VwAyEAniFY4cZGzExJypuTd7tNgu7vjjCypjPPbh7FRCcCkYYwBQYD
K2VwA0EAvw/UCDiINsEhvvlqXYU2bPGhnJ7sGSeTEZoZbKvA3zol5Ysiw3bsumpo
tv9xV/EorQ3EcG2sOZDIThaP+GoUAw==
-----END CERTIFICATE-----
`;
const KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

const tell = (text: string, day: string, days = 30): readonly string[] =>
  expiriesOf(text, { now: new Date(`${day}T00:00:00Z`), days }).map(({ message }) => message);

const token = (claims: object): string =>
  [{ alg: "none" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") + ".";

describe("a certificate", () => {
  test.each([
    ["2026-03-01", []],
    ["2026-06-01", ["the certificate expires on 2026-07-01, in 30 days"]],
    ["2026-06-30", ["the certificate expires on 2026-07-01, in 1 day"]],
    ["2026-07-01", ["the certificate expired on 2026-07-01"]],
    ["2025-12-31", ["the certificate is not valid before 2026-01-01"]],
  ])("on %s", (day, told) => {
    expect(tell(CERTIFICATE, day)).toEqual(told);
  });

  test("is looked at with as many days as are asked for", () => {
    expect(tell(CERTIFICATE, "2026-05-01", 61)).toEqual(["the certificate expires on 2026-07-01, in 61 days"]);
    expect(tell(CERTIFICATE, "2026-05-01", 60)).toEqual([]);
  });

  test("of a chain is counted, and keys are left alone", () => {
    expect(tell(KEY + CERTIFICATE + CERTIFICATE, "2027-01-01")).toEqual([
      "certificate 1 of 2 expired on 2026-07-01",
      "certificate 2 of 2 expired on 2026-07-01",
    ]);
    expect(tell(KEY, "2027-01-01")).toEqual([]);
  });

  test("that cannot be read is told", () => {
    expect(tell(CERTIFICATE.replace("MIHT", "AAAA"), "2026-03-01")).toEqual(["the certificate cannot be read"]);
  });
});

describe("a token", () => {
  test("ends when it says", () => {
    const end = Date.parse("2026-07-01T00:00:00Z") / 1000;
    expect(tell(token({ exp: end }), "2026-07-02")).toEqual(["the token expired on 2026-07-01"]);
    expect(tell(token({ exp: end }), "2026-06-02")).toEqual(["the token expires on 2026-07-01, in 29 days"]);
    expect(tell(token({ exp: end }), "2026-01-01")).toEqual([]);
  });

  test("without an end, or with one that is none, says nothing", () => {
    for (const claims of [{}, { exp: "soon" }, { exp: 1e300 }, []]) expect(tell(token(claims), "2026-07-02")).toEqual([]);
    for (const text of ["", "eyJ.a.b", "a.b.c"]) expect(tell(text, "2026-07-02")).toEqual([]);
  });
});

test("periods", () => {
  expect(["30d", "6w", "3mo", "1y", " 5 d "].map((text) => parsePeriod(text)?.days)).toEqual([30, 42, 90, 365, 5]);
  for (const text of ["", "30", "d", "-1d", "1h", "1m"]) expect(parsePeriod(text)).toBeUndefined();
  expect(() => periodFor("--expires", "soon")).toThrow("--expires takes a period, such as 30d, 6w, 3mo or 1y");
});
