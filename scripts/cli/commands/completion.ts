import { defineCommand } from "../command.ts";
import { COMMANDS } from "../commands.ts";
import { completionScript, SHELLS } from "../completion.ts";
import { usage } from "../failure.ts";

export const completionCommand = defineCommand({
  name: "completion",
  summary: `Print what makes a shell complete run8n's commands and flags: ${SHELLS.join(", ")}`,
  args: ["<shell>"],
  options: {},
  examples: [
    'eval "$(run8n completion bash)"',
    "run8n completion zsh > ~/.zsh/completions/_run8n",
    "run8n completion fish > ~/.config/fish/completions/run8n.fish",
  ],
  async run({ args: [given] }) {
    const shell = SHELLS.find((one) => one === given);
    if (!shell) throw usage("there is no completion for that shell", `The shells are: ${SHELLS.join(", ")}.`);
    const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
    const text = completionScript(shell, commands);
    return { text, document: { shell, script: text } };
  },
});
