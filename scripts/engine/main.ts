import { openEngine } from "./engine.ts";
import { serve } from "./server.ts";
import { readSettings } from "./settings.ts";

/** Starts the engine: `bun scripts/engine/main.ts --port <p> --data <dir> --workspace <id>`. Exit code 2 on wrong flags. */
async function main(): Promise<void> {
  const settings = (() => {
    try {
      return readSettings(process.argv.slice(2), process.env.RUN8N_ENGINE_TOKEN);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exit(2);
    }
  })();
  const engine = openEngine(settings);
  const server = await serve(engine);
  engine.baseUrl = server.url;
  engine.start();
  console.log(
    `Windmill-compatible engine: ${server.url}, workspace ${settings.workspace}, state in ${settings.dataDir}`,
  );
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await engine.stop();
    await server.stop();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

await main();
