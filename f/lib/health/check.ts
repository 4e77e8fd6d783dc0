import { InvalidInputError, OperationError } from "../errors.ts";
import { describe } from "../names.ts";

export type ServiceHealth = {
  name: string;
  status: "up" | "down";
  /** As the service says it; null when it is down or does not say. */
  version: string | null;
  latencyMs: number;
  /** Why it is down. */
  detail?: string;
};

export type Health = { status: "up" | "down"; services: ServiceHealth[] };

/** Asks a service for its version; `open` is whatever must be there first and does not count as its latency. */
export type Probe<T = unknown> = { open: () => Promise<T>; ask: (opened: T) => Promise<string | null> };

/** Keeps the two halves of a probe of one type. */
export const probe = <T>(open: () => Promise<T>, ask: (opened: T) => Promise<string | null>): Probe =>
  ({ open, ask }) as Probe;

/**
 * Asks all services at once and answers within the time given, whatever they do: what fails or takes longer is `down`,
 * and the whole is `up` when all are. Details name hosts and causes, never credentials.
 * Throws InvalidInput only, for a time that is not 0.1 to 60 seconds.
 */
export async function checkAll(probes: Record<string, Probe>, timeoutSeconds: unknown): Promise<Health> {
  if (typeof timeoutSeconds !== "number" || !(timeoutSeconds >= 0.1 && timeoutSeconds <= 60)) {
    throw new InvalidInputError(`timeoutSeconds must be a number from 0.1 to 60; got ${describe(timeoutSeconds)}`, {
      hint: "Leave it out for 5 seconds.",
      details: { argument: "timeoutSeconds" },
    });
  }
  const services = await Promise.all(
    Object.entries(probes).map(([name, one]) => checkOne(name, one, timeoutSeconds * 1000)),
  );
  return { status: services.every(({ status }) => status === "up") ? "up" : "down", services };
}

async function checkOne(name: string, { open, ask }: Probe, timeoutMs: number): Promise<ServiceHealth> {
  let started = performance.now();
  const latencyMs = () => Math.round((performance.now() - started) * 10) / 10;
  const asking = async () => {
    const opened = await open();
    started = performance.now();
    return ask(opened);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${timeoutMs / 1000} seconds`)), timeoutMs);
  });
  try {
    const version = await Promise.race([asking(), timeout]);
    return { name, status: "up", version, latencyMs: latencyMs() };
  } catch (error) {
    return { name, status: "down", version: null, latencyMs: latencyMs(), detail: detailOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

class NoAnswer extends Error {}

/** Our own messages are safe to publish; of a stranger's only the name is. */
function detailOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message;
  if (!(error instanceof OperationError)) return `unexpected ${error instanceof Error ? error.name : "failure"}`;
  const { code } = (error.cause ?? {}) as { code?: string };
  return code ? `${error.message} (${code})` : error.message;
}
