/**
 * The story of an import: files of a glibc and its debug info -> an ABI description. The steps that
 * decide something are elsewhere; this one reads files, runs pahole and puts the parts together.
 */
import type { Abi } from "../abi/model.ts";
import { buildId, type Elf, soname } from "../elf.ts";
import { symbols, versionDefinitions } from "../elf-symbols.ts";
import {
  CPU_KIND,
  CPU_PREFERENCE,
  CPUID_INDEX,
  countedNames,
  cpuFeatureLeaves,
} from "./cpu-leaves.ts";
import { type Declarations, parseDeclarations } from "./declarations.ts";
import { findEnumeration } from "./enumerators.ts";
import { ARCH_PLACES, type GlibcFiles, LocateError, readElf } from "./locate.ts";
import { paholeNamed, paholeRecords } from "./pahole.ts";
import { searchPlaces } from "./search-places.ts";
import { mergeDeclarations, ROOT_STRUCTS, resolveStructs, unresolvedNames } from "./structs.ts";
import {
  exportedSymbols,
  importedSymbols,
  libcBanner,
  mmapEntries,
  threadDbDescriptors,
  vdsoSlots,
} from "./surface.ts";
import { readTunables } from "./tunables.ts";

/** What an import starts from. */
export interface AbiSources {
  readonly files: GlibcFiles;
  /** The .debug file of ld.so. */
  readonly ldsoDebug: string;
  /** Default `glibc-<version>-<arch>`. */
  readonly id?: string;
}

async function readDeclarations(debugFile: string): Promise<Declarations> {
  let declarations = parseDeclarations(await paholeRecords(debugFile));
  const asked = new Set<string>();
  for (;;) {
    const names = unresolvedNames(declarations).filter((name) => !asked.has(name));
    if (names.length === 0) return declarations;
    for (const name of names) asked.add(name);
    const more = parseDeclarations(await paholeNamed(debugFile, names));
    declarations = mergeDeclarations(declarations, more);
  }
}

function requiredBuildId(elf: Elf, path: string): string {
  const id = buildId(elf);
  if (id === undefined) throw new LocateError(`${path} has no build-id`);
  return id;
}

function tunableTable(debug: Elf, path: string): { value: number; size: number } {
  const table = symbols(debug).find((symbol) => symbol.name === "tunable_list");
  if (!table) throw new LocateError(`${path} has no symbol tunable_list`);
  return table;
}

/**
 * Makes the description of one glibc.
 * @param progress told what is being read, one short line each
 * @throws PaholeError, LocateError, LayoutError or ElfError with a sentence for the user
 */
export async function importAbi(
  { files, ldsoDebug, id }: AbiSources,
  progress: (line: string) => void = () => {},
): Promise<Abi> {
  const ldso = readElf(files.ldso);
  const libc = readElf(files.libc);
  const debug = readElf(ldsoDebug);
  const word = ARCH_PLACES[files.arch].bits === 64 ? 8 : 4;

  progress(`reading the types of ${ldsoDebug}`);
  const declarations = await readDeclarations(ldsoDebug);
  const structs = resolveStructs(declarations, ROOT_STRUCTS, word);
  const tunableStructs = resolveStructs(declarations, ["_tunable", "tunable_type_t"], word);
  const leaves = findEnumeration(debug, CPUID_INDEX);
  if (!leaves) throw new LocateError(`${ldsoDebug} has no CPUID_INDEX enumeration`);

  progress(`reading the symbols of ${files.libraries.size} libraries`);
  const ldsoSoname = soname(ldso) ?? ARCH_PLACES[files.arch].ldso;
  const libraries = [...files.libraries].map(([name, path]) => ({ name, elf: readElf(path) }));
  const { version, package: packageName } = libcBanner(libc);
  const globalRo = structs.find((struct) => struct.name === "rtld_global_ro");

  return {
    id: id ?? `glibc-${version}-${files.arch}`,
    version,
    arch: files.arch,
    builds: [
      {
        package: packageName,
        ldsoBuildId: requiredBuildId(ldso, files.ldso),
        libcBuildId: requiredBuildId(libc, files.libc),
      },
    ],
    soname: ldsoSoname,
    searchPlaces: searchPlaces(ldso),
    versionNodes: versionDefinitions(ldso),
    structs,
    exports: exportedSymbols(ldso),
    imports: libraries.flatMap(({ name, elf }) => importedSymbols(name, elf, ldsoSoname)),
    tunables: readTunables(ldso, tunableTable(debug, ldsoDebug), tunableStructs),
    cpuFeatureLeaves: cpuFeatureLeaves(leaves),
    cpuKinds: countedNames(findEnumeration(debug, CPU_KIND) ?? [], CPU_KIND),
    cpuPreferences: countedNames(findEnumeration(debug, CPU_PREFERENCE) ?? [], CPU_PREFERENCE),
    vdsoSlots: vdsoSlots(ldso, globalRo?.fields.map((field) => field.name) ?? []),
    mmapEntries: mmapEntries("libc.so.6", libc),
    threadDb: libraries
      .filter(({ name }) => name === "libc.so.6" || name === "libpthread.so.0")
      .flatMap(({ elf }) => threadDbDescriptors(elf)),
  };
}
