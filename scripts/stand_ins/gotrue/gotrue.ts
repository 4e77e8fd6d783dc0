import type { Keys } from "./keys.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** What every route works with. */
export type Gotrue = { store: Store; keys: Keys; settings: Settings };
