import type { Contestant, Setting } from "./contestant.ts";

// One process that takes deliveries for a contestant: `bun crew_member.ts <contestant>`, the setting in SETTING. It says on
// which port it listens, and is killed when the benchmark feels like it.
const [name = ""] = process.argv.slice(2);
const setting = JSON.parse(process.env.SETTING ?? "{}") as Setting;
const { default: contestant } = (await import(`./contestants/${name}.ts`)) as { default: Contestant };
const take = await contestant(setting);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    try {
      await take(await request.text(), request.headers.get("stripe-signature") ?? "");
      return new Response("ok");
    } catch (error) {
      console.error(error);
      return new Response("again", { status: 500 });
    }
  },
});
console.log(server.port);
