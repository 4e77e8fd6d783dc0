import { createHash } from "node:crypto";
import { QdrantClient } from "@qdrant/js-client-rest";
import OpenAI from "openai";
import type { Contestant } from "../contestant.ts";
import { DIMENSIONS } from "../embedder.ts";

/** The loop of most guides: for each document, cut it, embed it, write it. */
const plain: Contestant = async ({ qdrant, openai, collection }) => {
  const model = new OpenAI({ apiKey: openai.api_key, baseURL: openai.base_url });
  const store = new QdrantClient({
    url: qdrant.url,
    headers: { "api-key": qdrant.api_key ?? "" },
    checkCompatibility: false,
  });
  return async (documents) => {
    for (const { id, text } of documents) {
      const chunks = text.split(/\n(?=## )/).filter((chunk) => chunk.startsWith("## "));
      const input = { model: "text-embedding-3-small", dimensions: DIMENSIONS, input: chunks };
      const { data } = await model.embeddings.create(input);
      const points = chunks.map((chunk, at) => ({
        id: idOf(`${id} ${at}`),
        vector: data[at]!.embedding,
        payload: { document: id, text: chunk },
      }));
      await store.upsert(collection, { wait: true, points });
    }
  };
};
export default plain;

const idOf = (name: string): string =>
  createHash("md5")
    .update(name)
    .digest("hex")
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
