/** The picture that an X server without a screen keeps in a file (xwd's format), and PNG files of it. Pure. */

import { crc32, deflateSync } from "node:zlib";

/** A picture; three bytes a pixel: red, green, blue. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Positions of words in the header of a dump; all big-endian. */
const HEADER = { size: 0, width: 16, height: 20, bitsPerPixel: 44, bytesPerLine: 48, colours: 76 };
/** Size of an entry of the colour map behind the header. */
const COLOUR_ENTRY = 12;

/**
 * Reads a dump with 32 bits a pixel in little-endian order, as Xvfb has it at a depth of 24.
 * @throws Error for another format
 */
export function parseDump(dump: Buffer): Picture {
  const word = (name: keyof typeof HEADER) => dump.readUInt32BE(HEADER[name]);
  if (word("bitsPerPixel") !== 32) throw new Error("not a dump with 32 bits a pixel");
  const [width, height] = [word("width"), word("height")];
  const start = word("size") + word("colours") * COLOUR_ENTRY;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const from = start + y * word("bytesPerLine") + x * 4;
      const to = (y * width + x) * 3;
      for (let i = 0; i < 3; ++i) pixels[to + i] = dump[from + 2 - i] ?? 0;
    }
  }
  return { width, height, pixels };
}

/** How many different colours a picture has. */
export function coloursOf({ pixels }: Picture): number {
  const seen = new Set<number>();
  for (let at = 0; at < pixels.length; at += 3) seen.add(pixels.readUIntBE(at, 3));
  return seen.size;
}

/** The picture as a PNG file. */
export function pngOf({ width, height, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits for each of red, green and blue
  const lines = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), pixels.subarray(y * width * 3, (y + 1) * width * 3)]),
  );
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(lines))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
