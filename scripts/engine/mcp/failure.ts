/** A JSON-RPC error: what Windmill answers when a tool could not be called, as opposed to a job that failed. */
export class McpFailure extends Error {
  override name = "McpFailure";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const internalError = (message: string): McpFailure => new McpFailure(-32603, message);
export const invalidParams = (message: string): McpFailure => new McpFailure(-32602, message);
export const methodNotFound = (method: string): McpFailure => new McpFailure(-32601, method);
