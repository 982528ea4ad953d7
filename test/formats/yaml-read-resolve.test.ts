/** Types and canonical texts of scalars (sops: §1.3, §4.1.1). */
import { describe, expect, test } from "vitest";
import { resolvePlain, resolveScalar, shortenTag } from "../../formats/yaml/resolve.ts";

describe("plain scalars", () => {
  test.each([
    ["017", "int", "15"],
    ["-017", "int", "-15"],
    ["0o17", "int", "15"],
    ["0O17", "int", "15"],
    ["08", "float", "8"],
    ["0x1F", "int", "31"],
    ["-0X1f", "int", "-31"],
    ["0b101", "int", "5"],
    ["0b-101", "int", "-5"],
    ["0o-17", "int", "-15"],
    ["+7", "int", "7"],
    ["-0", "int", "0"],
    ["1_000", "int", "1000"],
    ["0x_1F", "int", "31"],
    ["9223372036854775807", "int", "9223372036854775807"],
    ["-9223372036854775808", "int", "-9223372036854775808"],
    ["-9223372036854775809", "float", "-9223372036854776000"],
    ["18446744073709551616", "float", "18446744073709552000"],
    ["1.0", "float", "1"],
    ["1e3", "float", "1000"],
    [".5_0", "float", "0.5"],
    ["1._5", "float", "1.5"],
    ["-0.0", "float", "-0"],
    ["1e-400", "float", "0"],
    ["+.INF", "float", "+Inf"],
    ["-.inf", "float", "-Inf"],
    [".NaN", "float", "NaN"],
    ["TRUE", "bool", "True"],
    ["false", "bool", "False"],
    ["", "null", ""],
    ["NULL", "null", ""],
    ["2024-1-2", "time", "2024-01-02T00:00:00Z"],
    ["2024-01-02T03:04:05.120+02:00", "time", "2024-01-02T03:04:05.12+02:00"],
    ["2001-12-14t21:59:43.1234567891-05:00", "time", "2001-12-14T21:59:43.123456789-05:00"],
    ["2001-12-14   21:59:43,10", "time", "2001-12-14T21:59:43.1Z"],
    ["2024-02-29", "time", "2024-02-29T00:00:00Z"],
    ["2024-01-02T03:04:05-00:00", "time", "2024-01-02T03:04:05Z"],
    ["2024-01-02T03:04:05+01:60", "time", "2024-01-02T03:04:05+02:00"],
  ])("%s is %s %s", (text, type, canonical) => {
    expect(resolvePlain(text)).toEqual({ type, canonical });
  });

  test.each([
    "yes",
    "No",
    "on",
    "y",
    "nULL",
    "12:30",
    "_1",
    "._5",
    "0x1p4",
    "0o8",
    "0b2",
    "1e400",
    ".5e400",
    ".",
    "+",
    "-",
    "<<",
    "1 ",
    "0x",
    "é",
  ])("%s is a string", (text) => {
    expect(resolvePlain(text)).toEqual({ type: "str", canonical: text });
  });

  test.each([
    "2024-01-02T03:04:05",
    "2023-02-29",
    "2024-13-01",
    "2024-01-02 03:04:05Z",
    "2024-01-02T24:00:00Z",
    "2024-01-02T03:04:60Z",
    "24-01-02",
  ])("%s is no timestamp", (text) => {
    expect(resolvePlain(text)).toEqual({ type: "str", canonical: text });
  });

  test.each([
    ["9223372036854775808", "uint64"],
    ["18446744073709551615", "uint64"],
    ["0xFFFFFFFFFFFFFFFF", "uint64"],
    ["2024-01-02T03:04:05+24:00", "zone"],
  ])("%s cannot be encrypted", (text, error) => {
    expect(resolvePlain(text)).toEqual({ error });
  });

  test("a million digits take no time", () => {
    expect(resolvePlain("9".repeat(1_000_000))).toEqual({ type: "str", canonical: "9".repeat(1_000_000) });
  });
});

describe("tags", () => {
  test.each([
    ["!!int", "5", false, "int", "5"],
    ["!!float", "5", true, "float", "5"],
    ["!!bool", "true", false, "bool", "True"],
    ["!!null", "~", true, "null", ""],
    ["!!timestamp", "2024-01-02", false, "time", "2024-01-02T00:00:00Z"],
    ["!!str", "1", true, "str", "1"],
    ["!foo", "1", true, "str", "1"],
    ["!!set", "1", true, "str", "1"],
    ["", "1", false, "str", "1"],
    ["", "1", true, "int", "1"],
    ["!!binary", "aGk=\n", false, "str", "hi"],
    ["!!binary", "/w==", true, "str", "\uDCFF"],
  ])("%s %j (plain: %s) is %s", (tag, text, plain, type, canonical) => {
    expect(resolveScalar(tag, text, plain)).toEqual({ type, canonical });
  });

  test.each([
    ["!!int", "1.0", "tag"],
    ["!!int", "", "tag"],
    ["!!bool", "yes", "tag"],
    ["!!null", "x", "tag"],
    ["!!float", "9223372036854775808", "tag"],
    ["!!int", "9223372036854775808", "uint64"],
    ["!!binary", "aGk", "base64"],
    ["!!binary", "a Gk=", "base64"],
    ["!!binary", "=", "base64"],
  ])("%s %j fails", (tag, text, error) => {
    expect(resolveScalar(tag, text, true)).toEqual({ error });
  });

  test("have a short form", () => {
    expect(["tag:yaml.org,2002:int", "!", "!foo", ""].map(shortenTag)).toEqual(["!!int", "", "!foo", ""]);
  });
});
