import { add } from "../access/add.ts";
import { list } from "../access/list.ts";
import { remove } from "../access/remove.ts";
import { projectActions } from "../project_actions.ts";

export const accessCommand = projectActions({
  name: "access",
  summary: "Say who may do what with a project without an account on the server",
  actions: { add, list, remove },
});
