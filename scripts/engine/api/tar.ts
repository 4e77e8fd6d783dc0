export type Entry = { name: string; text: string };

const BLOCK = 512;

/** An uncompressed tar archive. A name over 100 bytes gets a GNU long-name entry before it, as any tar reader expects. */
export function tar(entries: Entry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const { name, text } of entries) {
    const bytes = Buffer.from(name, "utf8");
    if (bytes.length > 100) parts.push(...file("././@LongLink", "L", Buffer.concat([bytes, Buffer.alloc(1)])));
    parts.push(...file(name, "0", Buffer.from(text, "utf8")));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function file(name: string, type: string, body: Buffer): Buffer[] {
  const padding = (BLOCK - (body.length % BLOCK)) % BLOCK;
  return [header(name, type, body.length), body, Buffer.alloc(padding)];
}

function header(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(name, 0, 100, "utf8");
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
