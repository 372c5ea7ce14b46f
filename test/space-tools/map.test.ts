/** The analysis of an address space, and its pictures. */
import { describe, expect, it } from "vitest";
import { addressSpace, holdings, type Mapping } from "../../cli/space/address-space.ts";
import { freeBlocks, freeSpaceBelow, freeSpaces } from "../../cli/space/free-space.ts";
import { isMapsText, parseMaps } from "../../cli/space/maps-file.ts";
import { page, picture } from "../../cli/space/picture.ts";
import { parseSize, sizeText } from "../../cli/space/quantities.ts";
import { rowsOf, sectionsOf } from "../../cli/space/sections.ts";
import { comparisonLines, shortened, terminalMap } from "../../cli/space/terminal-map.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const LOW = 64 << 10;

const MAPS = `00400000-00500000 r-xp 00000000 08:01 17 /opt/game.exe
00500000-00510000 rw-p 00100000 08:01 17 /opt/game.exe
10000000-10001000 ---p 00000000 00:00 0
10001000-10101000 rw-p 00000000 00:00 0
20000000-24000000 rw-s 00000000 00:06 9 /dev/dri/renderD128
30000000-30100000 r--s 00000000 08:01 23 /usr/share/fonts/a file.ttf (deleted)
f7ff0000-f7ff4000 r--p 00000000 00:00 0 [vvar]
fff00000-fff21000 rw-p 00000000 00:00 0 [stack]
`;

function mapping(start: number, size: number, owner = "x"): Mapping {
  return { start, end: start + size, kind: "anonymous", owner, permissions: "rw-p" };
}

describe("the kernel's list", () => {
  it("is recognised and read", () => {
    expect(isMapsText(MAPS)).toBe(true);
    expect(isMapsText("something else\n")).toBe(false);
    const seen = parseMaps(MAPS).map(({ kind, owner }) => `${kind}: ${owner}`);
    expect(seen).toEqual([
      "image: game.exe",
      "image: game.exe",
      "reserved: reserved, no access",
      "stack: stacks",
      "device: renderD128",
      "file: a file.ttf",
      "kernel: the kernel's pages",
      "stack: stacks",
    ]);
  });

  it("tells 32 bits from 64", () => {
    expect(addressSpace("", parseMaps(MAPS)).end).toBe(4 * GiB);
    const wide = `${MAPS}7f0000000000-7f0000001000 rw-p 00000000 00:00 0\nffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n`;
    const space = addressSpace("", parseMaps(wide));
    expect(space.end).toBe(2 ** 47);
    expect(space.mappings.at(-1)?.start).toBe(0x7f0000000000);
  });
});

describe("free space", () => {
  it("is what lies between, cut at the limit", () => {
    const mappings = [mapping(MiB, MiB), mapping(2 * MiB, MiB), mapping(8 * MiB, 4 * MiB)];
    expect(freeBlocks(mappings, LOW, 10 * MiB)).toEqual([
      { start: LOW, end: MiB },
      { start: 3 * MiB, end: 8 * MiB },
    ]);
    expect(freeBlocks(mappings, LOW, 7 * MiB).at(-1)).toEqual({ start: 3 * MiB, end: 7 * MiB });
    expect(freeBlocks([], LOW, MiB)).toEqual([{ start: LOW, end: MiB }]);
    expect(freeBlocks([mapping(0, 2 * MiB)], LOW, MiB)).toEqual([]);
  });

  it("has an index of 0 in one piece, and near 1 in splinters", () => {
    const whole = addressSpace("", [mapping(LOW, 3 * GiB - LOW)]);
    expect(freeSpaceBelow(whole, "", 4 * GiB)).toMatchObject({ index: 0, blocks: 1, total: GiB });
    const splinters = addressSpace(
      "",
      Array.from({ length: 1024 }, (_, index) => mapping(LOW + index * 4 * MiB, 2 * MiB)),
    );
    const { index, blocks, largest } = freeSpaceBelow(splinters, "", 4 * GiB);
    expect(blocks).toBe(1024);
    expect(largest.end - largest.start).toBe(2 * MiB);
    expect(index).toBeCloseTo(1 - 1 / 1024, 3);
    expect(freeSpaceBelow(addressSpace("", [mapping(0, GiB)]), "", GiB).index).toBe(0);
  });

  it("is told below 2, 3 and 4 GiB, and in all where there is more", () => {
    const names = (mappings: readonly Mapping[]) =>
      freeSpaces(addressSpace("", mappings)).map(({ name }) => name);
    expect(names([mapping(LOW, MiB)])).toEqual(["below 2 GiB", "below 3 GiB", "below 4 GiB"]);
    expect(names([mapping(2 ** 40, MiB)]).at(-1)).toBe("overall");
  });
});

it("owners are summed up, the largest first", () => {
  const list = holdings([mapping(0, MiB, "a"), mapping(GiB, 3 * MiB, "b"), mapping(MiB, MiB, "a")]);
  expect(list.map(({ owner, bytes, mappings }) => [owner, bytes, mappings])).toEqual([
    ["b", 3 * MiB, 1],
    ["a", 2 * MiB, 2],
  ]);
});

describe("sections", () => {
  it("are one for 32 bits, linear", () => {
    const [section, ...others] = sectionsOf(addressSpace("", parseMaps(MAPS)));
    expect(others).toEqual([]);
    expect(section).toEqual({ start: 0, end: 4 * GiB, row: 256 * MiB });
  });

  it("are clusters for 64 bits, in order, disjoint, with all mappings in them", () => {
    const clusters = [0x400000, 0x555500000000, 0x7f0000000000, 0x7fff00000000];
    const mappings = clusters.flatMap((base) => [
      mapping(base, MiB),
      mapping(base + 3 * MiB, 20 * MiB),
    ]);
    const space = addressSpace("", mappings);
    const sections = sectionsOf(space);
    expect(sections.map(({ start }) => start)).toEqual(clusters);
    const shown = sections.flatMap((section) => rowsOf(section, space.mappings));
    const bytes = shown.flatMap((row) =>
      row.mappings.map(({ start, end }) => Math.min(end, row.end) - Math.max(start, row.start)),
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBe(4 * 21 * MiB);
  });
});

describe("pictures", () => {
  const space = addressSpace("game <1>", parseMaps(MAPS));

  it("draw every mapping to scale, with its owner and range", () => {
    const svg = picture([space]);
    // 64 MiB of a row of 256 MiB that is 640 wide.
    expect(svg).toMatch(
      /<rect [^>]*width="160" [^>]*><title>renderD128: 0x20000000-0x24000000, 64 MiB/,
    );
    const titles = [...svg.matchAll(/<title>/g)];
    expect(titles.length).toBe(7); // two parts of game.exe are neighbours
    expect(svg).toContain("game &lt;1&gt;");
  });

  it("mark the largest free block, in every row that it reaches", () => {
    const svg = picture([space]);
    expect(svg).toContain("largest free: 3.1 GiB");
    // From 0x30100000 to 0xf7ff0000, and the largest below 2 GiB is its beginning.
    expect([...svg.matchAll(/class="largest"/g)].length).toBe(13);
  });

  it("are well-formed and need nothing from elsewhere", () => {
    const svg = picture([space, space]);
    const opened = [...svg.matchAll(/<(svg|g|rect|text|line|title)[\s>]/g)].length;
    const closed = [...svg.matchAll(/<\/(svg|g|rect|text|line|title)>|\/>/g)].length;
    expect(opened).toBe(closed);
    const html = page([space]);
    expect(html).toContain(picture([space]));
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|src=|href=/);
  });

  it("stand side by side for two", () => {
    const width = (svg: string) => Number(/width="(\d+)"/.exec(svg)?.[1]);
    expect(width(picture([space, space]))).toBeGreaterThan(1.8 * width(picture([space])));
  });
});

describe("the terminal", () => {
  const space = addressSpace("a game", parseMaps(MAPS));

  it("has a letter for every 4 MiB, small where little is mapped", () => {
    const lines = terminalMap(space, { colour: false, owners: 3 });
    const rows = lines.filter((line) => /^ {2}0x[0-9a-f]{8} /.test(line));
    expect(rows.length).toBe(16);
    expect(rows[2]?.slice(13)).toBe("D".repeat(16) + "·".repeat(48));
    expect(rows[0]?.slice(13)).toBe(`·i${"·".repeat(62)}`);
    expect(lines.join("\n")).toMatch(/and 3 more with/);
    expect(lines.some((line) => line.includes("\u001b"))).toBe(false);
    expect(terminalMap(space, { colour: true, owners: 3 }).join("")).toContain("\u001b[38;2;");
  });

  it("compares before and after", () => {
    const empty = addressSpace("", [mapping(LOW, 2 * GiB - LOW)]);
    const [, below2 = "", , below4 = ""] = comparisonLines(space, empty);
    expect(below2).toMatch(/^below 2 GiB +1\.2 GiB +0 B/);
    expect(below4).toMatch(/2 GiB +\d\.\d{3} -> 0\.000$/);
  });
});

describe("quantities", () => {
  it("are read and written as people do", () => {
    expect(["64K", "2G", "0x1000", "17"].map(parseSize)).toEqual([65536, 2 * GiB, 4096, 17]);
    expect(() => parseSize("2 apples")).toThrow("not a size");
    expect([0, 4096, 1.5 * MiB, 2 ** 47].map(sizeText)).toEqual([
      "0 B",
      "4 KiB",
      "1.5 MiB",
      "128 TiB",
    ]);
    expect(shortened("a-very-long-library-name.so", 11)).toBe("a-ver…me.so");
  });
});
