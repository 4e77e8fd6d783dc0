import { defineConfig } from "vitest/config";

/** For `npm run check`: the conventions alone, which need no servers. */
export default defineConfig({ test: { include: ["tests/conventions.test.ts"], testTimeout: 60_000 } });
