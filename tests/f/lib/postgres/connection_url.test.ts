import { expect, it } from "vitest";
import { connectionUrl } from "../../../../f/lib/postgres/connection_url.ts";

const login = { host: "db.example", port: 5432, user: "shop_app", password: "p", dbname: "run8n" };

it.each([
  [login, "postgresql://shop_app:p@db.example:5432/run8n?schema=shop"],
  [
    { ...login, password: "a/b@c:d?#%" },
    "postgresql://shop_app:a%2Fb%40c%3Ad%3F%23%25@db.example:5432/run8n?schema=shop",
  ],
  [{ ...login, host: "::1" }, "postgresql://shop_app:p@[::1]:5432/run8n?schema=shop"],
  [{ ...login, sslmode: "require" }, "postgresql://shop_app:p@db.example:5432/run8n?schema=shop&sslmode=require"],
])("writes %j as one line", (value, url) => {
  expect(connectionUrl(value, "shop")).toBe(url);
});
