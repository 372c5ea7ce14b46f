/** Reading the kernel's list of mappings, /proc/PID/maps. Pure. */
import type { Mapping, MappingKind } from "./address-space.ts";

const LINE = /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][ps]) [0-9a-f]+ \S+ (\d+)\s*(.*)$/;
/** A guard below a thread's stack is no larger. */
const LARGEST_GUARD = 64 << 10;
const SMALLEST_STACK = 16 << 10;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  readonly inode: string;
  readonly name: string;
}

/** Whether a text looks like a list of mappings. */
export function isMapsText(text: string): boolean {
  const [first = ""] = text.split("\n", 1);
  return LINE.test(first);
}

/** The mappings of such a list; lines that are none are left out. */
export function parseMaps(text: string): readonly Mapping[] {
  const lines = text.split("\n").flatMap(parseLine);
  const programs = new Set(
    lines.filter(({ permissions }) => permissions[2] === "x").map(({ name }) => name),
  );
  return lines.map((line, index) => {
    const kind = kindOf(line, lines[index - 1], programs);
    return {
      start: line.start,
      end: line.end,
      kind,
      owner: ownerOf(line, kind),
      permissions: line.permissions,
    };
  });
}

function parseLine(text: string): readonly Line[] {
  const match = LINE.exec(text);
  if (match === null) return [];
  const [, start = "", end = "", permissions = "", inode = "", name = ""] = match;
  return [
    { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), permissions, inode, name },
  ];
}

/** `programs`: names of all that is mapped executable somewhere. */
function kindOf(line: Line, below: Line | undefined, programs: ReadonlySet<string>): MappingKind {
  const { name } = line;
  if (/^\[(vdso|vvar|vsyscall|uprobes)/.test(name)) return "kernel";
  if (name === "[heap]") return "break";
  if (name.startsWith("[stack")) return "stack";
  if (/^\/dev\/(dri|nvidia|kfd|mali|kgsl)/.test(name)) return "device";
  if (/^(\/SYSV|\/dev\/zero|\/memfd:|\/dev\/shm\/)/.test(name)) return "shared";
  if (name !== "" && !name.startsWith("[")) return programs.has(name) ? "image" : "file";
  if (line.permissions.startsWith("---")) return "reserved";
  return isThreadStack(line, below) ? "stack" : "anonymous";
}

/** Memory above a guard that the C library put below it. */
function isThreadStack(line: Line, below: Line | undefined): boolean {
  return (
    below !== undefined &&
    below.end === line.start &&
    below.name === "" &&
    below.permissions === "---p" &&
    below.end - below.start <= LARGEST_GUARD &&
    line.permissions === "rw-p" &&
    line.end - line.start >= SMALLEST_STACK
  );
}

/** Kinds whose mappings all belong together, in words. */
export const KIND_WORDS: Readonly<Record<MappingKind, string>> = {
  image: "programs and libraries",
  file: "files",
  device: "graphics devices",
  guest: "the Windows program's",
  anonymous: "anonymous memory",
  heap: "heap (malloc)",
  break: "break area",
  stack: "stacks",
  shared: "shared memory",
  reserved: "reserved, no access",
  linker: "the linker's own",
  kernel: "the kernel's pages",
};

function ownerOf({ name }: Line, kind: MappingKind): string {
  if (name.startsWith("[anon:")) return name.slice("[anon:".length, -1);
  const path = name.replace(/ \(deleted\)$/, "");
  const named = kind === "image" || kind === "file" || kind === "device" || kind === "shared";
  return named && path !== "" ? path.slice(path.lastIndexOf("/") + 1) || path : KIND_WORDS[kind];
}
