/** `plimsoll mcp`: the reading verbs as tools of the Model Context Protocol (https://modelcontextprotocol.io), over standard input and output. */
import { McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { Command } from "commander";
import { once } from "node:events";
import { mcpInputs, type McpTool } from "../../api/mcp-tools.ts";
import { runProgram } from "../../io/child-process.ts";
import type { CommandMaker } from "../command-maker.ts";
import { toolNames, tools, type ToolRow } from "../mcp/tools.ts";
import { thisProgram } from "../this-program.ts";

export const mcp: CommandMaker = (context) =>
  new Command("mcp")
    .description(
      "Serve tools that read to clients of the Model Context Protocol, over standard input and output.",
    )
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const serving = serveStdio(() => createServer(context.version), {
        onerror: (error) => context.stderr.write(`mcp: ${error.message}\n`),
      });
      await once(process.stdin, "close");
      await serving.close();
    });

const EXAMPLES = `
Nothing that a tool does changes an image, a registry or the server. What it may read is what you may: images by every kind of
reference, and with a sign-in of plimsoll login the organisation's repositories.

Examples:
  plimsoll mcp
  {"mcpServers": {"plimsoll": {"command": "plimsoll", "args": ["mcp"]}}}`;

function createServer(version: string): McpServer {
  const server = new McpServer({ name: "plimsoll", version });
  for (const name of toolNames) register(server, name);
  return server;
}

function register(server: McpServer, name: McpTool): void {
  // A list of tools cannot carry the type of each; the library checks the input by the tool's own shape.
  const { title, description, toArguments } = tools[name] as ToolRow<McpTool>;
  const annotations = { readOnlyHint: true, destructiveHint: false, openWorldHint: true };
  server.registerTool(
    name,
    { title, description, inputSchema: mcpInputs[name], annotations },
    async (input: unknown, { mcpReq }: ServerContext) => answer(toArguments(input as never), mcpReq.signal),
  );
}

interface Answer {
  [key: string]: unknown;
  readonly content: { type: "text"; text: string }[];
  readonly isError?: boolean;
}

/** A process of its own for each call, so that an image that needs much takes nothing else along. */
async function answer(args: readonly string[], signal: AbortSignal): Promise<Answer> {
  const [command, ...own] = thisProgram();
  const outcome = await runProgram({
    command,
    args: [...own, ...args],
    input: "",
    timeoutMs: TIME_MS_MAX,
    outputBytesMax: ANSWER_BYTES_MAX,
    signal,
  });
  if (outcome.kind === "failed")
    return failed(failures[outcome.reason] ?? `It was not answered: ${outcome.reason}.`);
  if (outcome.exitCode === 1) return failed(outcome.stderr.trim());
  // What was not fully read, and the like, stands on standard error beside a result.
  const notes = outcome.stderr.trim();
  const texts = notes === "" ? [outcome.stdout] : [outcome.stdout, notes];
  return { content: texts.map((text) => ({ type: "text", text })) };
}

const TIME_MS_MAX = 15 * 60_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

const failures: Readonly<Record<string, string>> = {
  output_too_large: "The answer is larger than 1 MiB: ask for less, by severities, ids or types of packages.",
  timeout: "It took longer than 15 minutes.",
};

function failed(text: string): Answer {
  return { content: [{ type: "text", text }], isError: true };
}
