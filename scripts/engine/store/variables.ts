import type { Doc, Item, ItemStore } from "./items.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Variables, with the values of secret ones sealed. A secret that was pushed in encrypted form is kept as it came, since
 * only the Windmill that encrypted it could read it: its text is its value here.
 */
export type Variables = {
  find(path: string): Item | undefined;
  value(path: string): string | undefined;
  /** What stands in the store for a secret: the sealed text, or the text as it was pushed. */
  encrypted(item: Item): string;
  /** Turns a pushed document into the one to store. */
  toStore(doc: Doc, alreadyEncrypted: boolean): Doc;
};

const OPAQUE = "pushed_encrypted";

export function openVariables(items: ItemStore, secrets: Secrets): Variables {
  const plain = ({ doc }: Item): string => {
    const value = String(doc.value ?? "");
    return doc.is_secret === true ? (secrets.open(value) ?? "") : value;
  };
  const find = (path: string) => items.find("variable", path);
  return {
    find,
    value(path) {
      const item = find(path);
      return item && plain(item);
    },
    encrypted: (item) => (item.doc[OPAQUE] === true ? plain(item) : String(item.doc.value ?? "")),
    toStore({ [OPAQUE]: _was, ...doc }, alreadyEncrypted) {
      const value = String(doc.value ?? "");
      if (doc.is_secret !== true) return { ...doc, value };
      if (!alreadyEncrypted) return { ...doc, value: secrets.seal(value) };
      if (secrets.open(value) !== undefined) return { ...doc, value };
      return { ...doc, value: secrets.seal(value), [OPAQUE]: true };
    },
  };
}
