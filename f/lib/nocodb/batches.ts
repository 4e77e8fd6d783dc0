/** How many calls are under way at once: NocoDB answers each from one of a handful of database connections. */
const AT_ONCE = 4;

export class BatchFailure extends Error {
  override name = "BatchFailure";
  /** How many items were done before nothing more was begun. */
  readonly done: number;
  readonly error: unknown;

  constructor(done: number, error: unknown) {
    super("a batch failed");
    this.done = done;
    this.error = error;
  }
}

/**
 * Works on items in batches, some at once, and answers the results in the order of the items. After a failure no further
 * batch is begun, those under way are waited for, and the BatchFailure says how many items are done.
 */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (batch: T[]) => Promise<R[]>,
): Promise<R[]> {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size));
  const results: R[][] = new Array(batches.length);
  let next = 0;
  let done = 0;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (!failure && next < batches.length) {
      const at = next++;
      const batch = batches[at] as T[];
      try {
        results[at] = await work(batch);
        done += batch.length;
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failure) throw new BatchFailure(done, failure.error);
  return results.flat();
}
