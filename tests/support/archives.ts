import { gzipSync } from "node:zlib";

/** One entry of a tar archive, byte for byte as asked, however wrong. */
export type TarEntry = {
  name: string;
  content?: string | Buffer;
  /** The type flag: "0" a file, "1" a hard link, "2" a symbolic link, "3" and "4" devices, "5" a folder, "6" a pipe. */
  type?: string;
  linkName?: string;
  /** What the header claims, when that is not the content's length. */
  size?: number;
};

/** The archive in base64, as Windmill hands it over. */
export const archiveOf = (entries: TarEntry[] | Record<string, string>): string =>
  gzipSync(tarOf(Array.isArray(entries) ? entries : filesOf(entries))).toString("base64");

export const filesOf = (files: Record<string, string>): TarEntry[] =>
  Object.entries(files).map(([name, content]) => ({ name, content }));

export function tarOf(entries: TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(encode), Buffer.alloc(1024)]);
}

/** An extended header (PAX) that gives the entry after it another path, size or the like. */
export function pax(fields: Record<string, string>): TarEntry {
  const lines = Object.entries(fields).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
    return `${length}${rest}`;
  });
  return { name: "PaxHeader", type: "x", content: lines.join("") };
}

function encode({ name, content = "", type = "0", linkName = "", size }: TarEntry): Buffer[] {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, "utf8");
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${(size ?? body.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(linkName, 157, 100, "utf8");
  header.write("ustar\x0000", 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}
