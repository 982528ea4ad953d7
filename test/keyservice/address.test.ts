import { describe, expect, test } from "vitest";
import { formatAddress, isLoopback, parseEndpoint, parseUri } from "../../src/keyservice/address.ts";

describe("the address of a key service", () => {
  test.each([
    ["tcp://127.0.0.1:5000", { network: "tcp", host: "127.0.0.1", port: 5000 }],
    ["tcp://[::1]:5000/", { network: "tcp", host: "::1", port: 5000 }],
    ["tcp://keys.example", { network: "tcp", host: "keys.example", port: 443 }],
    ["tcp://[::1]", { network: "tcp", host: "::1", port: 443 }],
    ["unix:///run/keys.sock", { network: "unix", path: "/run/keys.sock" }],
    ["unix:///run/a%20b", { network: "unix", path: "/run/a b" }],
    ["unix:keys.sock", { network: "unix", path: "keys.sock" }],
  ])("%s", (text, address) => {
    expect(parseUri(text)).toEqual(address);
  });

  test.each([
    "",
    "127.0.0.1:5000",
    "http://localhost:5000",
    "tcp://",
    "tcp://a:b:c",
    "tcp://a:99999",
    "tcp://user@host:1",
    "tcp://a:1,tcp://b:2",
    "unix:",
    "unix://host/path",
    "unix:///a%00b",
    "unix:///%zz",
  ])("%j is none", (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  test.each([
    ["127.0.0.1:5000", "tcp://127.0.0.1:5000"],
    ["[::1]:5000", "tcp://[::1]:5000"],
    [":5000", "tcp://:5000"],
    ["localhost:0", "tcp://localhost:0"],
  ])("%s is an endpoint", (text, uri) => {
    const address = parseEndpoint(text);
    expect(address === undefined ? undefined : formatAddress(address)).toBe(uri);
  });

  test.each(["5000", "::1:5000", "host:", "host:http", "host:70000", "a b:1"])("%j is no endpoint", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });

  test.each(["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"])("%s stays on the machine", (ip) => {
    expect(isLoopback(ip)).toBe(true);
  });

  test.each(["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "fe80::1", "127.0.0.1.example", "1127.0.0.1"])("%s does not", (ip) => {
    expect(isLoopback(ip)).toBe(false);
  });
});
