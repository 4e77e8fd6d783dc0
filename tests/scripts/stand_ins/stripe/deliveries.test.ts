import { createServer, type Server } from "node:http";
import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testStripe } from "../../../support/stripe.ts";

describe("deliveries of the Stripe stand-in", () => {
  const world = testStripe();
  const received: { body: string; signature: string }[] = [];
  let answers: (count: number) => number = () => 200;
  let server: Server;
  let endpoint: Stripe.WebhookEndpoint;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      received.push({ body, signature: String(request.headers["stripe-signature"]) });
      response.writeHead(answers(received.length)).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterAll(() => void server.close());
  beforeEach(async () => {
    received.length = 0;
    answers = () => 200;
    const { port } = server.address() as { port: number };
    const wanted = {
      url: `http://127.0.0.1:${port}/hook`,
      enabled_events: ["product.created", "product.updated"] as never[],
    };
    endpoint = await world.client().webhookEndpoints.create(wanted);
    await world.weather({});
  });
  afterEach(() => world.client().webhookEndpoints.del(endpoint.id));

  const allDelivered = () => expect.poll(async () => (await world.tally()).pending).toBe(0);
  const makeProducts = async (count: number) => {
    for (let n = 0; n < count; n += 1) await world.client().products.create({ name: `Product ${n}` });
  };
  const idsOf = () => received.map(({ body }) => (JSON.parse(body) as Stripe.Event).id);

  it("are signed as the official client checks them", async () => {
    await makeProducts(1);
    await allDelivered();
    const [{ body, signature } = { body: "", signature: "" }] = received;
    const event = Stripe.webhooks.constructEvent(body, signature, endpoint.secret!);
    expect(event.type).toBe("product.created");
    expect(() => Stripe.webhooks.constructEvent(body, signature, "whsec_other")).toThrow(/signature/i);
  });

  it("bring only the events that the endpoint wants", async () => {
    await world.client().customers.create({ name: "Ada" });
    await makeProducts(1);
    await allDelivered();
    expect(received).toHaveLength(1);
  });

  it("come again after a failure, until they are answered with 2xx", async () => {
    await world.weather({ retrySeconds: [0.01, 0.01] });
    answers = (count) => (count < 3 ? 500 : 200);
    await makeProducts(1);
    await allDelivered();
    expect(new Set(idsOf())).toHaveProperty("size", 1);
    expect(received).toHaveLength(3);
  });

  it("wait while they are held", async () => {
    await world.weather({ hold: true });
    await makeProducts(3);
    expect((await world.tally()).pending).toBe(3);
    expect(received).toHaveLength(0);
    await world.weather({});
    await allDelivered();
    expect(received).toHaveLength(3);
  });

  it("arrive twice and in any order when the weather is so", async () => {
    await world.weather({ hold: true });
    await makeProducts(20);
    await world.weather({ duplicates: 1, shuffle: true, parallel: 8 });
    await allDelivered();
    expect(received).toHaveLength(40);
    const firsts = [...new Set(idsOf())];
    const { data } = await world.client().events.list({ type: "product.created", limit: 20 });
    expect(firsts.toSorted()).toEqual(data.map(({ id }) => id).toSorted());
    expect(firsts).not.toEqual(data.map(({ id }) => id).toReversed());
  });

  it("survive a restart of the stand-in", async () => {
    await world.weather({ hold: true });
    await makeProducts(2);
    await world.standIn().kill();
    await world.standIn().start();
    await allDelivered();
    expect(new Set(idsOf()).size).toBe(2);
  });
});
