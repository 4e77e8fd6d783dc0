/** An app that answers over WebSockets, and users who hold them open. */
export function startEchoSocket() {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, own) => (own.upgrade(request) ? undefined : new Response("an app")),
    websocket: { message: (socket, text) => void socket.send(text), idleTimeout: 0 },
  });
  return { address: `127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

/** So many connections through the proxy; `dropped` says how many no longer answer. */
export async function openWebSockets(port: number, count: number) {
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const headers = { host: "chat.apps.localhost" };
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers } as never);
      socket.onopen = () => resolve(socket);
      socket.onerror = () => reject(new Error("no WebSocket through the proxy"));
    });
  const sockets = await Promise.all(Array.from({ length: count }, open));
  const answers = (socket: WebSocket) =>
    new Promise<boolean>((resolve) => {
      if (socket.readyState !== WebSocket.OPEN) return resolve(false);
      socket.onmessage = () => resolve(true);
      socket.onclose = () => resolve(false);
      socket.send("there?");
    });
  return { dropped: async () => (await Promise.all(sockets.map(answers))).filter((alive) => !alive).length };
}
