import { describe, expect, it } from "vitest";
import { isPublic, publicAddress } from "../../../../f/lib/web/address.ts";

describe("isPublic", () => {
  it.each([
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001::1", "2001:db8::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "ff02::1", "::127.0.0.1", "",
    "localhost", "127.1", "0x7f.1", "2130706433", "017700000001",
  ])("is false of %j", (address) => expect(isPublic(address)).toBe(false)); // biome-ignore format: a list

  it.each(["1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])(
    "is true of %j",
    (address) => expect(isPublic(address)).toBe(true),
  );
});

describe("publicAddress", () => {
  it("refuses a name of which one address is private", async () => {
    const resolve = async () => ["1.1.1.1", "10.0.0.1"];
    await expect(publicAddress("a.example", resolve, isPublic)).rejects.toMatchObject({ code: "forbidden" });
  });
  it("asks once, and for addresses never", async () => {
    let asked = 0;
    const resolve = async () => [["1.1.1.1"], ["127.0.0.1"]][asked++] ?? [];
    expect(await publicAddress("a.example", resolve, isPublic)).toBe("1.1.1.1");
    expect(await publicAddress("[2606:4700::1111]", resolve, isPublic)).toBe("2606:4700::1111");
    expect(asked).toBe(1);
  });
  it("refuses a name without an address", async () => {
    await expect(publicAddress("a.example", async () => [], isPublic)).rejects.toMatchObject({ code: "forbidden" });
  });
});
