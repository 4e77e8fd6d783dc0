import { connect } from "node:net";

/** True when the port answers a greeting with what its protocol says; an open port alone proves little. */
export function answers(port: number, greeting: Buffer | string, expected: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once("error", () => end(false));
    socket.once("connect", () => socket.write(greeting));
    socket.once("data", (data) => end(expected.test(data.toString("latin1"))));
    socket.once("close", () => end(false));
  });
}
