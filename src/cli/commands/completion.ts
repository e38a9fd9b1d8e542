/** `plimsoll completion`: the script that completes its command lines in a shell. */
import { Argument, Command } from "commander";
import { completionScripts, shells, type Shell } from "../completion/scripts.ts";
import type { CommandMaker } from "../command-maker.ts";

export const completion: CommandMaker = (context) =>
  new Command("completion")
    .description("Print the script that completes verbs, options and their values in a shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText("after", EXAMPLES)
    .action((shell: Shell) => void context.stdout.write(completionScripts[shell]));

const EXAMPLES = `
Examples:
  source <(plimsoll completion bash)
  plimsoll completion zsh > "\${fpath[1]}/_plimsoll"
  plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish`;
