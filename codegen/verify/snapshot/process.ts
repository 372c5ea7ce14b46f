/**
 * What is where in a snapshot: the linker's exported objects, the list of link maps, the thread's
 * control block. Knows how a debugger finds them (DT_DEBUG) and the fields of `struct link_map` that
 * every debugger knows; the rest comes from the ABI module.
 */
import { placeOf, structNamed } from "../../abi/layout.ts";
import type { Abi } from "../../abi/model.ts";
import { type Elf, PT_DYNAMIC } from "../../elf.ts";
import { type DynamicSymbol, dynamicSymbols } from "../../elf-symbols.ts";
import { type Snapshot, SnapshotError } from "./file.ts";
import { type Area, baseName, fileAreas, type Namer, namerOf, stackName } from "./names.ts";

/** An entry of the list of loaded objects. */
export interface LoadedObject {
  /** Last component of its name; the program's is `program`, the linker's `ld.so`. */
  readonly name: string;
  readonly linkMap: number;
  readonly start: number;
  readonly end: number;
}

/** A snapshot with what is needed to read it. */
export interface Process {
  readonly abi: Abi;
  readonly snapshot: Snapshot;
  readonly objects: readonly LoadedObject[];
  /** Exported objects of the linker: address and size by name. */
  readonly exports: ReadonlyMap<string, { readonly address: number; readonly size: number }>;
  readonly nameOf: Namer;
}

/** The files a process was made of. */
export interface ProcessFiles {
  readonly program: { readonly path: string; readonly elf: Elf };
  readonly linker: { readonly path: string; readonly elf: Elf };
}

/** Data of the linker's file and what it allocated: where in it something is differs between linkers. */
export const LINKER_MEMORY = "the linker's memory";

const DT_DEBUG = 21;
const OBJECT_LIMIT = 1000;

/** Reads words of a snapshot. */
export function wordAt(snapshot: Snapshot, address: number): number {
  const bytes = snapshot.read(address, snapshot.wordSize);
  if (!bytes) throw new SnapshotError(`nothing at address 0x${address.toString(16)}`);
  return snapshot.wordSize === 8 ? Number(bytes.readBigUInt64LE(0)) : bytes.readUInt32LE(0);
}

/** Reads a text of at most 4096 bytes; undefined when nothing readable is there. */
export function textAt(snapshot: Snapshot, address: number): string | undefined {
  const characters: number[] = [];
  for (let at = address; characters.length < 4096; at++) {
    const byte = snapshot.read(at, 1)?.[0];
    if (byte === undefined) return undefined;
    if (byte === 0) return Buffer.from(characters).toString("latin1");
    characters.push(byte);
  }
  return undefined;
}

function baseOf(snapshot: Snapshot, path: string): number {
  const mapping = snapshot.mappings.find((item) => item.path === path && item.offset === 0);
  if (!mapping) throw new SnapshotError(`${path} is not mapped`);
  return mapping.start;
}

function debugRecord(snapshot: Snapshot, program: Elf, base: number): number {
  const dynamic = program.segments.find((segment) => segment.type === PT_DYNAMIC);
  const word = snapshot.wordSize;
  for (
    let at = dynamic?.vaddr ?? 0;
    dynamic && at < dynamic.vaddr + dynamic.memorySize;
    at += 2 * word
  ) {
    if (wordAt(snapshot, base + at) === DT_DEBUG) return wordAt(snapshot, base + at + word);
  }
  throw new SnapshotError("the program has no DT_DEBUG");
}

function readObjects(abi: Abi, snapshot: Snapshot, first: number, linker: number): LoadedObject[] {
  const offset = (field: string) => placeOf(abi, "link_map", field)?.offset ?? 0;
  const objects: LoadedObject[] = [];
  for (let map = first; map !== 0; map = wordAt(snapshot, map + offset("l_next"))) {
    if (objects.length === OBJECT_LIMIT)
      throw new SnapshotError("the list of link maps has no end");
    const word = (field: string) => wordAt(snapshot, map + offset(field));
    const name = baseName(textAt(snapshot, word("l_name")) ?? "");
    const isLinker = word("l_map_start") === linker || word("l_addr") === linker;
    objects.push({
      name: isLinker ? "ld.so" : objects.length === 0 ? "program" : name,
      linkMap: map,
      start: word("l_map_start"),
      end: word("l_map_end"),
    });
  }
  return objects;
}

function exportedObjects(symbols: readonly DynamicSymbol[], base: number) {
  const objects = symbols.filter(({ section, size }) => section !== 0 && size > 0);
  return new Map(
    objects.map(({ name, value, size }) => [name, { address: base + value, size }] as const),
  );
}

/** Exported data the others point into: the distance from its start means the same in every linker. */
const NAMED_EXPORTS = ["_rtld_global", "_rtld_global_ro", "_r_debug", "_dl_argv"];

function areasOf(process: Omit<Process, "nameOf">, files: ProcessFiles): Area[] {
  const { abi, snapshot, objects, exports } = process;
  const mapSize = structNamed(abi, "link_map")?.size ?? 0;
  const thread = snapshot.threadPointer;
  return [
    ...objects.map(({ name, linkMap: start }) => ({
      name: `link_map(${name})`,
      start,
      end: start + mapSize,
      exact: true,
    })),
    ...NAMED_EXPORTS.flatMap((name): Area[] => {
      const object = exports.get(name);
      const { address: start = 0, size = 0 } = object ?? {};
      return object ? [{ name, start, end: start + size, exact: true }] : [];
    }),
    {
      name: "thread",
      start: thread,
      end: thread + (structNamed(abi, "pthread")?.size ?? 0),
      exact: true,
    },
    ...fileAreas(snapshot.mappings, files.linker.path, ({ permissions }) =>
      permissions[2] === "x" ? "the linker's code" : LINKER_MEMORY,
    ),
    ...objects
      .filter(({ name, end }) => name !== "ld.so" && end !== 0)
      .map(({ name, start, end }) => ({ name, start, end, exact: true })),
    ...snapshot.mappings
      .filter(({ path }) => path.startsWith("[v"))
      .map(({ path: name, start, end }) => ({ name, start, end, exact: true })),
    ...snapshot.mappings
      .filter(({ path }) => path === "" || path === "[heap]")
      .map(({ start, end }) => ({ name: LINKER_MEMORY, start, end, exact: false })),
  ];
}

/** How many bytes before the thread pointer hold the thread-local storage of the initial objects. */
function staticTlsUsed({ abi, snapshot, exports }: Omit<Process, "nameOf">): number {
  const place = placeOf(abi, "rtld_global", "_dl_tls_static_used");
  const global = exports.get("_rtld_global");
  return place && global ? wordAt(snapshot, global.address + place.offset) : 0;
}

/**
 * Finds its way around a snapshot.
 * @throws SnapshotError when the lists in it lead nowhere
 */
export function readProcess(abi: Abi, snapshot: Snapshot, files: ProcessFiles): Process {
  const programBase = baseOf(snapshot, files.program.path);
  const linkerBase = baseOf(snapshot, files.linker.path);
  const debug = debugRecord(snapshot, files.program.elf, programBase);
  const first = wordAt(snapshot, debug + (placeOf(abi, "r_debug", "r_map")?.offset ?? 0));
  const parts = {
    abi,
    snapshot,
    objects: readObjects(abi, snapshot, first, linkerBase),
    exports: exportedObjects(dynamicSymbols(files.linker.elf), linkerBase),
  };
  const byArea = namerOf(areasOf(parts, files));
  const stack = snapshot.mappings.find(({ path }) => path === "[stack]");
  const thread = snapshot.threadPointer;
  const tlsStart = thread - staticTlsUsed(parts);
  const nameOf: Namer = (address) => {
    if (stack && address >= stack.start && address < stack.end) {
      return stackName(address, snapshot.stackPointer);
    }
    if (address >= tlsStart && address < thread)
      return `thread-0x${(thread - address).toString(16)}`;
    return byArea(address);
  };
  return { ...parts, nameOf };
}
