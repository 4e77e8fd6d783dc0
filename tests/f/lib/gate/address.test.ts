import { describe, expect, it } from "vitest";
import { clientOf, networkOf } from "../../../../f/lib/gate/address.ts";

describe("clientOf", () => {
  it("takes the last entry, which our own proxy wrote, and not what the caller claims", () => {
    expect(clientOf("1.2.3.4, 203.0.113.7")).toBe(clientOf("203.0.113.7"));
    expect(clientOf("1.2.3.4, 203.0.113.7")).not.toBe(clientOf("1.2.3.4"));
  });

  it("keeps no address, only a digest of it", () => {
    expect(clientOf("203.0.113.7")).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    undefined,
    "",
    "unknown",
    "203.0.113",
    "203.0.113.7:443",
    "fe80::1%eth0",
    "$var:f/x/y",
    "1.2.3.4, evil",
    "::g",
  ])("counts what is not an address in one shared bucket: %j", (header) => {
    expect(clientOf(header)).toBe("unknown");
  });
});

describe("networkOf", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
