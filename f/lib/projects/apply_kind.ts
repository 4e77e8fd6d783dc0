import { InvalidInputError } from "../errors.ts";
import type { Ports } from "./kinds/kind.ts";
import { KINDS } from "./kinds/registry.ts";
import { type Ask, targetOf } from "./target.ts";

export type AppliedKind = { name: string; status: string };

/** Makes one kind of resource as the project's manifest says. Throws InvalidInput for a kind that there is not. */
export async function applyKind(ports: Ports, ask: Ask & { kind: string }): Promise<AppliedKind> {
  const kind = KINDS.find((one) => one.kind === ask.kind);
  if (!kind) {
    throw new InvalidInputError(`kind must be one of ${KINDS.map((one) => one.kind).join(", ")}`, {
      hint: "Take it from the steps of plan_project.",
      details: { argument: "kind" },
    });
  }
  const { status } = await kind.apply(ports, await targetOf(ports.sql, ask));
  return { name: kind.kind, status };
}
