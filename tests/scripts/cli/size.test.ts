import { expect, it } from "vitest";
import { size } from "../../../scripts/cli/size.ts";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [9949, "9.9 kB"],
  [9960, "10 kB"],
  [20_123_456, "20 MB"],
  [1_234_567, "1.2 MB"],
  [5e12, "5000 GB"],
])("shows %d bytes as %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
