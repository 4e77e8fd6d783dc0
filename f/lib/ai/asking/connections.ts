import type { OpenAI } from "../../openai/client.ts";
import { openaiClient } from "../../openai/client.ts";
import { accessPaths } from "../../qdrant/access.ts";
import { qdrantName } from "../../qdrant/names.ts";
import { sendCommands } from "../../redis/commands.ts";
import type { SendCommands } from "../../redis/rate_limit.ts";
import { namedResource, type OpenaiValue, type QdrantValue, type RedisValue } from "../../resources.ts";
import { jobWorkspace } from "../../windmill/workspace.ts";

export type AskingConnections = { qdrant: QdrantValue; openai: OpenAI; redis: SendCommands; collection: string };

/**
 * What a route that asks an index works with. Where the project has a key for this one collection, that and no other is
 * used; without one, the server's.
 */
export async function askingConnections(project: string, index: string): Promise<AskingConnections> {
  const { resource } = accessPaths(project, index, "read");
  const own = (await jobWorkspace().getResource(resource)) !== undefined;
  const [qdrant, openai, redis] = await Promise.all([
    namedResource<QdrantValue>(own ? resource : "f/infra/qdrant"),
    namedResource<OpenaiValue>("f/infra/openai"),
    namedResource<RedisValue>("f/infra/redis"),
  ]);
  return {
    qdrant,
    openai: openaiClient(openai),
    redis: (commands) => sendCommands(redis, commands),
    collection: qdrantName(project, index),
  };
}
