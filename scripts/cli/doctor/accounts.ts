import type { CheckedSettings } from "../../../f/lib/gotrue/check_settings.ts";
import { toFailure } from "../failure.ts";
import type { Windmill } from "../windmill.ts";
import { broken, type Finding, ok, warning } from "./finding.ts";

const PATH = "f/infra/auth/check_settings";

/** How the server that signs users in is set up, as the workspace's own check says. */
export async function examineAccounts(windmill: Windmill): Promise<Finding[]> {
  if (!(await windmill.find(`scripts/get/p/${PATH}`))) return [];
  if (!(await windmill.find("resources/get/f/infra/gotrue"))) return [];
  try {
    const { checks } = (await windmill.run("script", PATH, {})) as CheckedSettings;
    const [first] = checks;
    // A server that does not answer fails every check in the same words.
    const isOneFailure = first?.status === "broken" && checks.every(({ detail }) => detail === first.detail);
    return isOneFailure ? [finding({ ...first, name: "settings" })] : checks.map(finding);
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [broken("services", "sign-in settings", message, hint)];
  }
}

function finding({ name, status, detail, hint = "" }: CheckedSettings["checks"][number]): Finding {
  const called = `sign-in ${name}`;
  if (status === "ok") return ok("services", called, detail);
  return status === "warning" ? warning("services", called, detail, hint) : broken("services", called, detail, hint);
}
