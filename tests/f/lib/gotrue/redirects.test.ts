import { describe, expect, it } from "vitest";
import { strangersOf } from "../../../../f/lib/gotrue/redirects.ts";

const addresses = (origin: string) => strangersOf(origin).map(([, address]) => address);

describe("strangersOf", () => {
  it("are addresses, none of which is the project's own", () => {
    for (const origin of ["https://shop.apps.example.com", "https://shop.example", "http://shop.apps.localhost:8080"]) {
      for (const address of addresses(origin)) {
        expect(URL.canParse(address), address).toBe(true);
        expect(new URL(address).origin).not.toBe(origin);
      }
    }
  });

  it("are, on a laptop, none of the laptop's own names", () => {
    const hosts = addresses("http://shop.apps.localhost:8080").map((address) => new URL(address).hostname);
    expect(hosts).toEqual(["stranger.example", "shop.apps.localhost.stranger.example"]);
  });

  it("leave out the whole domain where it is everybody's", () => {
    expect(addresses("https://shop.example").join(" ")).not.toContain("nobody-has-this");
    expect(addresses("https://shop.example.com").join(" ")).toContain("https://nobody-has-this.example.com/");
  });
});
