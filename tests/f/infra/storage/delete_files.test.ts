import { expect, it } from "vitest";
import { main as deleteFiles } from "../../../../f/infra/storage/delete_files.ts";
import { testDatabase } from "../../../support/database.ts";
import { standInS3 } from "../../../support/s3.ts";

const db = testDatabase();
const store = standInS3();

it("refuses keys that are not below the project's prefix, before it asks the store", async () => {
  for (const key of ["other/a", "shop", "shop/", "/shop/a", "shop-2/a"]) {
    const refused = deleteFiles("shop", [key], false, store.s3, db);
    await expect(refused, key).rejects.toMatchObject({ code: "invalid_input", hint: /list_files/ });
  }
});
