import { describe, expect, it } from "vitest";
import { faintTexts } from "../support/contrast.ts";
import { newEmail, PASSWORD } from "../support/gotrue.ts";
import { linkIn } from "../support/mails.ts";
import { saasSite } from "../support/saas_site.ts";

const world = saasSite();
const { visitor, signUp, mailTo, signedIn } = world;

describe("an app with accounts, in a browser", () => {
  it("signs up, confirms by the mail, is signed in, signs out and in again, and is nobody without", async () => {
    const email = newEmail();
    const { page, complaints, open } = await visitor();
    await open("/account.html");
    await page.waitForURL(/\/signin\.html\?next=%2Faccount\.html$/);

    await signUp(page, email);
    expect(await page.locator("#sent-to").textContent()).toBe(email);
    await page.goto(linkIn(await mailTo(email)));
    await signedIn(page, email);
    expect(page.url()).toBe(`${world.origin}/account.html`); // no token stays in the address
    await page.getByText("You are its owner.").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Ada");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${world.origin}/`);
    await open("/account");
    await page.waitForURL(/signin/);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill("wrong password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("do not belong together").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await signedIn(page, email);
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Ada");
    await page.reload();
    await signedIn(page, email);
    // What the browser itself says of an answer that is no success; the mail's link is GoTrue's own address.
    const others = complaints.filter(
      (one) => !/status of 4\d\d/.test(one) && one !== `asked ${world.issuer().gotrue.url}`,
    );
    expect(others).toEqual([]);
  });

  it("says of a link that was used what it is, and lets nobody in by it", async () => {
    const email = newEmail();
    const { page } = await visitor();
    await signUp(page, email);
    const link = linkIn(await mailTo(email));
    await page.goto(link);
    await signedIn(page, email);
    const other = await visitor();
    await other.page.goto(link);
    await other.page.getByText("That link has been used or is too old.").waitFor();
  });

  it("leads who forgot the password to another one", async () => {
    const email = newEmail();
    const { page, open } = await visitor();
    await signUp(page, email);
    await page.goto(linkIn(await mailTo(email)));
    await signedIn(page, email);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${world.origin}/`);
    await open("/signin.html");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByRole("button", { name: "I forgot my password" }).click();
    await page.getByText("is on its way").waitFor();
    await page.goto(linkIn(await mailTo(email, 2)));
    await page.getByLabel("New password").fill(`${PASSWORD}!`);
    await page.getByRole("button", { name: "Save password" }).click();
    await page.getByText("Your new password is saved.").waitFor();
    const { error } = await world
      .issuer()
      .gotrue.visitor()
      .signInWithPassword({ email, password: `${PASSWORD}!` });
    expect(error).toBeNull();
  });

  it("invites somebody, who joins by the mail and sees the team", async () => {
    const [owner, guest] = [newEmail("owner"), newEmail("guest")];
    const { page } = await visitor();
    await signUp(page, owner);
    await page.goto(linkIn(await mailTo(owner)));
    await signedIn(page, owner);
    await page.getByLabel("E-mail address to invite").fill(guest);
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByText(`We have written to ${guest}.`).waitFor();
    await page.getByText(`${guest}, invited`).waitFor();

    const other = await visitor();
    await other.page.goto(linkIn(await mailTo(guest)));
    await signedIn(other.page, guest);
    await other.page.getByText("You are its member.").waitFor();
    await other.page.getByText(`${owner}, owner`).waitFor();
    expect(await other.page.getByRole("button", { name: "Invite" }).count()).toBe(0);
  });

  it.each(["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])(
    "does not send anybody to %s after signing in",
    async (next) => {
      const email = newEmail();
      await world.issuer().gotrue.admin.createUser({ email, password: PASSWORD, email_confirm: true });
      const { page, open } = await visitor();
      await open(`/signin.html?next=${encodeURIComponent(next)}`);
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await signedIn(page, email);
    },
  );

  it("shows what people have written as text", async () => {
    const email = newEmail();
    const { page, complaints } = await visitor();
    await signUp(page, email);
    await page.goto(linkIn(await mailTo(email)));
    await page.getByLabel("Name", { exact: true }).fill("<img src=x onerror=alert(1)>");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    await page.getByText("<img src=x onerror=alert(1)>, owner").waitFor();
    expect(complaints.filter((one) => one.includes("Content Security Policy"))).toEqual([]);
  });
});

describe("its pages", () => {
  it.each(["/", "/signup.html", "/signin.html", "/nothing"])(
    "%s fits a phone and a screen, legible in light and dark, one heading, a label for every field",
    async (path) => {
      const { page, open } = await visitor();
      await open(path);
      expect(await page.locator("h1:visible").count()).toBe(1);
      const unlabelled = await page
        .locator("input")
        .evaluateAll((all) => all.filter((one) => !(one as HTMLInputElement).labels?.length).length);
      expect(unlabelled).toBe(0);
      for (const width of [320, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(faintTexts), `${width} pixels, ${colorScheme}`).toEqual([]);
        }
      }
    },
  );
});
