import { describe, expect, it } from "vitest";
import { emailAddress } from "../../../f/lib/email.ts";

describe("emailAddress", () => {
  it.each([
    ["ada@example.com", "ada@example.com"],
    ["  Ada.Lovelace+list@Example.COM ", "ada.lovelace+list@example.com"],
    ["o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"],
    ["zoë@bücher.example", "zoë@xn--bcher-kva.example"],
    ["zoe\u0308@bu\u0308cher.example", "zoë@xn--bcher-kva.example"],
    ["x@xn--bcher-kva.example", "x@xn--bcher-kva.example"],
    ["1@1.io", "1@1.io"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
  ])("takes %j and knows it as %j", (given, key) => {
    expect(emailAddress(given)).toEqual({ email: given.trim().normalize("NFC"), key });
  });

  it.each([
    undefined,
    null,
    7,
    ["a@b.co"],
    { email: "a@b.co" },
    "",
    "   ",
    "ada",
    "ada@",
    "@example.org",
    "ada@example",
    "ada@@example.com",
    "a@b@example.com",
    "ada@.example.com",
    "ada@example..com",
    "ada@example.com.",
    "ada@-example.com",
    "ada@example-.com",
    "ada@127.0.0.1",
    "ada@[127.0.0.1]",
    ".ada@example.com",
    "ada.@example.com",
    "a..da@example.com",
    "a da@example.com",
    "ada@exa mple.com",
    '"ada"@example.com',
    "ada(c)@example.com",
    "<ada@example.com>",
    "Ada <ada@example.com>",
    "a,b@example.com",
    "ada@example.com\r\nBcc: x@example.com",
    "ada\0@example.com",
    "ada@exam\tple.com",
    "a\u202eda@example.com",
    "ada@exam\u200bple.com",
    "ada@example.com/path",
    "ada@example.com:25",
    "ada@user:pw@example.com",
    "ada@ex%61mple.com",
    "ada@example\u3002com\u0000",
    "$var:f/x/y",
    "'; drop table waitlist_signup; --",
    `${"a".repeat(65)}@example.com`,
    `a@${"b".repeat(64)}.com`,
    `a@${"b.".repeat(130)}com`,
    `${"é".repeat(33)}@example.com`,
  ])("refuses %j and does not repeat it", (value) => {
    let failure: { code?: string; message?: string } = {};
    try {
      emailAddress(value);
    } catch (error) {
      failure = error as typeof failure;
    }
    expect(failure).toMatchObject({ code: "invalid_input", status: 400, details: { argument: "email" } });
    if (typeof value === "string" && value.trim()) expect(failure.message).not.toContain(value);
  });
});
