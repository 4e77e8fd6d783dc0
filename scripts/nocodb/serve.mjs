import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

// Runs under the Node that was installed beside NocoDB: `node serve.mjs <install folder> <port>`, settings by environment.
// The package has no command of its own; this is what its image does.

const [folder = "", port = ""] = process.argv.slice(2);
const load = createRequire(join(folder, "package.json"));
const { Noco } = load("nocodb");
const express = load("express");

const app = express();
const server = http.createServer(app);
// A client on a busy machine would otherwise take up a connection again that is just being closed.
server.keepAliveTimeout = 75_000;
server.listen(Number(port), "127.0.0.1", async () => {
  app.use(await Noco.init({}, server, app));
  console.log(`listening on ${port}`);
});
