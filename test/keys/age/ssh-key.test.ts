import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrivateKey } from "../../../keys/age/ssh-key.ts";
import { parsePublicBlob, parsePublicLine, SshKeyError } from "../../../keys/age/ssh-public.ts";
import { vectorKey } from "../context.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ssh = vectorKey("ssh_ed25519");
const pem = (type: string, der: Uint8Array): string =>
  `-----BEGIN ${type}-----\n${Buffer.from(der).toString("base64")}\n-----END ${type}-----\n`;
const openssh = Buffer.from(ssh.split("\n").slice(1, -2).join(""), "base64");

function changed(place: number, value: number): string {
  const copy = Uint8Array.from(openssh);
  copy[place] = value;
  return pem("OPENSSH PRIVATE KEY", copy);
}

/** What the text is read as; anything but a reason of ours is thrown on. */
function kindOf(text: string): string {
  try {
    return parsePrivateKey(bytes(text)).kind;
  } catch (error) {
    if (error instanceof SshKeyError) return "refused";
    throw error;
  }
}

describe("a private key", () => {
  test("holds the public key that stands beside it", () => {
    expect(parsePrivateKey(bytes(ssh))).toMatchObject({ kind: "ed25519", publicKey: parsePublicLine(vectorKey("ssh_ed25519.pub")) });
  });

  test("may stand between other text, with CRLF", () => {
    expect(parsePrivateKey(bytes(`note\r\n${ssh.replaceAll("\n", "\r\n")}more`)).kind).toBe("ed25519");
  });

  test.each([
    ["empty", "", "ssh: no key found"],
    ["without an end", ssh.slice(0, -20), "ssh: no key found"],
    ["not Base64", ssh.replace("b3B", "!!!"), "ssh: no key found"],
    ["of another format", pem("OPENSSH PRIVATE KEY", bytes("putty")), "ssh: invalid openssh private key format"],
    ["cut", pem("OPENSSH PRIVATE KEY", openssh.subarray(0, 100)), "ssh: short read"],
    ["two keys", changed(15 + 4 + 4 + 4 + 4 + 4 + 3, 2), "ssh: multi-key files are not supported"],
    ["check numbers that differ", changed(15 + 20 + 4 + 4 + 51 + 4, 0xff), "ssh: malformed OpenSSH key"],
    ["wrong padding", changed(openssh.length - 1, 0), "ssh: padding not as expected"],
    ["of another kind", pem("EC PRIVATE KEY", bytes("x")), 'ssh: unsupported key type "EC PRIVATE KEY"'],
    ["no PKCS #1", pem("RSA PRIVATE KEY", bytes("x")), "malformed PKCS #1 private key"],
    ["no PKCS #8", pem("PRIVATE KEY", bytes("x")), "malformed PKCS #8 private key"],
    [
      "an elliptic curve key in PKCS #8",
      String(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" })),
      "unsupported SSH identity type: ec",
    ],
  ])("that is %s is refused", (_, text, message) => {
    expect(() => parsePrivateKey(bytes(text))).toThrow(new SshKeyError(message));
  });

  test("with any byte changed is read, or refused with a reason of ours", () => {
    fc.assert(
      fc.property(fc.nat(openssh.length - 1), fc.nat(255), (place, value) => {
        expect(kindOf(changed(place, value))).toMatch(/^(ed25519|locked|refused)$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a public key", () => {
  test("of any bytes is refused with a reason of ours", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (blob) => {
        expect(() => parsePublicBlob(blob)).toThrow(SshKeyError);
      }),
    );
  });
});
