import { describe, expect, test } from "vitest";
import { bcryptPbkdf } from "../../../keys/age/bcrypt-pbkdf.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Computed with `bcrypt.kdf` of pyca's bcrypt 5.0.0. */
describe("bcrypt_pbkdf gives what OpenBSD's gives", () => {
  test.each([
    ["one block", text("password"), text("salt"), 4, "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"],
    ["a part of a block", text("password"), text("salt"), 4, "5bbf0cc293587f1c"],
    ["a byte", text("x"), hex("00"), 1, "cc"],
    [
      "two blocks interleaved",
      text("password"),
      text("salt"),
      16,
      "c339d704ec235f27690d3f12167c05a55bf86d572f270adbf9fe04c379da5f8c7942a939245dbb39ebe26fc2bd19b88b",
    ],
    [
      "four blocks, bytes that are no text",
      hex("70ff007373"),
      hex("000102030405060708090a0b0c0d0e0f"),
      3,
      "66495c64db9b6d6a7b1024a219dee6135ebad2ee07be000bae225bedd6afce2d5c307d640fae90f107d5788421e9728967091c2d2167e973a896fb3bcb83367" +
        "1384b12248cf865028e0becfcb48bcdfec01f39acb4e698f0053242ecaa77901309e8699a",
    ],
    [
      "Cyrillic letters",
      text("пароль"),
      hex("00000000000000000000000000000000"),
      16,
      "e2dfbdffc1b827611149473440b35c934c2ffd901f1cc62a30237437a8aa9bf09398ad725a6e17bd24eb0f1a12b01184",
    ],
  ])("%s", (_, pass, salt, rounds, expected) => {
    expect(Buffer.from(bcryptPbkdf(pass, salt, rounds, expected.length / 2)).toString("hex")).toBe(expected);
  });
});
