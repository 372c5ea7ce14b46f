/**
 * Two ABIs side by side: what moved, came and went, and which runtime files use it. Pure functions over
 * descriptions; the text for people is made here too.
 */
import { leavesOf, type Place, structNamed } from "./abi/layout.ts";
import type { Abi, ExportedSymbol, Tunable } from "./abi/model.ts";
import type { FieldUse } from "./uses.ts";

/** A field that is not where it was. Positions are texts: `24`, `820.3` for a bit, undefined for none. */
export interface FieldChange {
  readonly struct: string;
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
  /** `path:line` of the runtime's uses. */
  readonly usedAt: readonly string[];
}

/** A struct of another size, or one that only one of the two has. */
export interface SizeChange {
  readonly struct: string;
  readonly before?: number;
  readonly after?: number;
}

/** Something that has a name and changed, came or went. */
export interface NamedChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** All differences between two ABIs. */
export interface AbiDiff {
  readonly before: string;
  readonly after: string;
  readonly sizes: readonly SizeChange[];
  readonly fields: readonly FieldChange[];
  readonly searchPlaces: readonly NamedChange[];
  readonly tunables: readonly NamedChange[];
  readonly exports: readonly NamedChange[];
  readonly imports: readonly NamedChange[];
  readonly vdsoSlots: readonly NamedChange[];
  readonly mmapEntries: readonly NamedChange[];
}

function union<T>(a: Iterable<T>, b: Iterable<T>): readonly T[] {
  return [...new Set([...a, ...b])];
}

function position({ offset, bits }: { offset: number; bits?: Place["bits"] }): string {
  return bits ? `${offset}.${bits.first}` : String(offset);
}

/** Present properties only: an absent one says that there was none. */
function change<T>(before: T | undefined, after: T | undefined): { before?: T; after?: T } {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function diffSizes(before: Abi, after: Abi): readonly SizeChange[] {
  const names = union(
    before.structs.map(({ name }) => name),
    after.structs.map(({ name }) => name),
  );
  return names
    .map((struct) => ({
      struct,
      ...change(structNamed(before, struct)?.size, structNamed(after, struct)?.size),
    }))
    .filter((item) => item.before !== item.after);
}

function diffFields(before: Abi, after: Abi, uses: readonly FieldUse[]): readonly FieldChange[] {
  const structs = union(
    before.structs.map(({ name }) => name),
    after.structs.map(({ name }) => name),
  );
  return structs.flatMap((struct) => {
    const positions = (abi: Abi) =>
      new Map((structNamed(abi, struct)?.fields ?? []).map((f) => [f.name, position(f)] as const));
    const [old, now] = [positions(before), positions(after)];
    return union(old.keys(), now.keys())
      .filter((field) => old.get(field) !== now.get(field))
      .map((field) => ({
        struct,
        field,
        ...change(old.get(field), now.get(field)),
        usedAt: uses
          .filter((use) => use.struct === struct && use.field === field)
          .map(({ path, line }) => `${path}:${line}`),
      }));
  });
}

function diffNamed(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly NamedChange[] {
  return union(before.keys(), after.keys())
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, ...change(before.get(name), after.get(name)) }));
}

function tunableTexts({ tunables }: Abi): ReadonlyMap<string, string> {
  const text = (
    { type, default: initial, min, max, security, environmentAlias }: Tunable,
    id: number,
  ) =>
    [`id ${id}`, type, initial, `${min}..${max}`, security, environmentAlias ?? ""]
      .join(" ")
      .trim();
  return new Map(tunables.map((tunable, id) => [tunable.name, text(tunable, id)]));
}

function placeTexts({ searchPlaces: { lib, systemFolders } }: Abi): ReadonlyMap<string, string> {
  return new Map([
    ["$LIB", lib],
    ["system folders", systemFolders.join(":")],
  ]);
}

function exportTexts({ exports }: Abi): ReadonlyMap<string, string> {
  const text = ({ version, type, size }: ExportedSymbol) =>
    `${version} ${type}${type === "object" ? ` of ${size} bytes` : ""}`;
  return new Map(exports.map((symbol) => [symbol.name, text(symbol)]));
}

/**
 * What differs between two ABIs.
 * @param uses the runtime's uses of fields, to name the files that a moved field concerns
 */
export function diffAbis(before: Abi, after: Abi, uses: readonly FieldUse[] = []): AbiDiff {
  const named = (texts: (abi: Abi) => ReadonlyMap<string, string>) =>
    diffNamed(texts(before), texts(after));
  return {
    before: before.id,
    after: after.id,
    sizes: diffSizes(before, after),
    fields: diffFields(before, after, uses),
    searchPlaces: named(placeTexts),
    tunables: named(tunableTexts),
    exports: named(exportTexts),
    imports: named(
      ({ imports }) =>
        new Map(imports.map(({ library, name, version }) => [`${library} ${name}`, version])),
    ),
    vdsoSlots: named(({ vdsoSlots }) => new Map(vdsoSlots.map((s) => [s.field, s.symbol]))),
    mmapEntries: named(
      ({ mmapEntries }) =>
        new Map(mmapEntries.map(({ symbol, size }) => [symbol, `body of ${size} bytes`])),
    ),
  };
}

/** Every field of a struct with its position, members of inner structs included: for `abi show`. */
export function describeStruct(abi: Abi, struct: string): readonly string[] {
  return leavesOf(abi, struct).map(
    (place) => `${position(place).padStart(7)}  ${String(place.size).padStart(5)}  ${place.path}`,
  );
}

function arrow(before: string | number | undefined, after: string | number | undefined): string {
  return `${before ?? "none"} -> ${after ?? "none"}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [`${title} (${lines.length}):`, ...lines.map((line) => `  ${line}`)];
}

/**
 * A diff as text.
 * @param onlyUsed leave out fields that the runtime does not use
 */
export function describeDiff(diff: AbiDiff, onlyUsed = false): string {
  const named = (items: readonly NamedChange[]) =>
    items.map(({ name, before, after }) => `${name}: ${arrow(before, after)}`);
  const fields = diff.fields
    .filter(({ usedAt }) => !onlyUsed || usedAt.length > 0)
    .map(({ struct, field, before, after, usedAt }) => {
      const uses = usedAt.length > 0 ? `  (used at ${usedAt.join(", ")})` : "";
      return `${struct}.${field}: ${arrow(before, after)}${uses}`;
    });
  const lines = [
    ...section(
      "sizes",
      diff.sizes.map(({ struct, before, after }) => `${struct}: ${arrow(before, after)}`),
    ),
    ...section("fields", fields),
    ...section("search places", named(diff.searchPlaces)),
    ...section("tunables", named(diff.tunables)),
    ...section("exports", named(diff.exports)),
    ...section("imports", named(diff.imports)),
    ...section("vdso slots", named(diff.vdsoSlots)),
    ...section("mmap-family entries", named(diff.mmapEntries)),
  ];
  const title = `${diff.before} -> ${diff.after}`;
  return [title, ...(lines.length === 0 ? ["no difference"] : lines)].join("\n");
}
