import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

const CR = 13;
/** The head of an answer that is the last of its connection, and how long its body is. Bun sends a head in one piece. */
const LAST = /^HTTP\/1\.1 .*?\r\nconnection: close\r\n/is;
const BODY = /\r\ncontent-length: (\d+)\r\n/i;
/** A packet that begins with a request line; the headers after it say how its body comes. */
const REQUEST = /^[A-Z]+ [^\r\n]* HTTP\/1\.[01]\r?\n/;
const IN_CHUNKS = /\r\ntransfer-encoding:[^\r\n]*chunked/i;
/** Headers are looked for in as much of each packet, and in as much of what came before. */
const LOOK_BYTES = 16_384;

export type Guard = { port: number; stop(): void };

/**
 * Listens on 127.0.0.1 and hands every connection on to the server behind a socket file.
 *
 * Bun 1.3.10, which Windmill's workers run, spins for ever when a packet ends between the two characters that close the
 * length of a chunk: one slow upload would stop the engine. So of a body that comes in chunks, the first of the two waits
 * here for the second. Rejects when the port is taken.
 *
 * It also hangs up after a last answer, see `LastAnswer`.
 */
export function guard(port: number, socketFile: string): Promise<Guard> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const inner = connect({ path: socketFile, allowHalfOpen: true });
    tie(client, inner, open);
    tie(inner, client, open);
    client.pipe(new WholeLineEnds()).pipe(inner).pipe(new LastAnswer()).pipe(client);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        stop() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      }),
    );
  });
}

/** When one side is gone, so is the other: a caller that leaves is noticed, and so is a server that hangs up. */
function tie(one: Socket, other: Socket, open: Set<Socket>): void {
  open.add(one);
  one.setNoDelay(true);
  one.on("error", () => other.destroy());
  one.on("close", () => {
    open.delete(one);
    other.destroy();
  });
}

class WholeLineEnds extends Transform {
  private isHeld = false;
  private inChunks = false;
  private seen = "";

  override _transform(packet: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.look(packet.toString("latin1", 0, LOOK_BYTES));
    const all = this.isHeld ? Buffer.concat([Buffer.of(CR), packet]) : packet;
    this.isHeld = this.inChunks && all.at(-1) === CR;
    this.push(this.isHeld ? all.subarray(0, -1) : all);
    done();
  }

  override _flush(done: () => void): void {
    if (this.isHeld) this.push(Buffer.of(CR));
    done();
  }

  private look(text: string): void {
    if (REQUEST.test(text)) {
      this.seen = "";
      this.inChunks = false;
    }
    if (this.inChunks) return;
    this.seen = (this.seen + text).slice(-2 * LOOK_BYTES);
    this.inChunks = IN_CHUNKS.test(this.seen);
  }
}

/** Hangs up after an answer that says `connection: close`, as servers do; Bun leaves that to an idle timeout. */
class LastAnswer extends Transform {
  private left = Number.POSITIVE_INFINITY;

  override _transform(packet: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.left > 0) this.hand(packet);
    done();
  }

  private hand(packet: Buffer): void {
    const text = packet.toString("latin1", 0, LOOK_BYTES);
    const head = text.slice(0, text.indexOf("\r\n\r\n") + 4);
    const body = LAST.test(head) && BODY.exec(head);
    if (body) this.left = head.length + Number(body[1]);
    this.left -= packet.length;
    this.push(packet);
    if (this.left <= 0) this.push(null);
  }
}
