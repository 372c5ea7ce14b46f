/**
 * The whole C tree of one linker: the runtime as it is, and beside it everything that is generated.
 * Pure: an ABI, a target, sources and their uses in; text by path out.
 */

import type { Abi } from "../abi/model.ts";
import { joinTrees, prefixTree, type SourceTree } from "../source-tree.ts";
import { isTemplateOf, type Target } from "../targets.ts";
import { fillTemplate, type HoleValues } from "../template.ts";
import type { Uses } from "../uses.ts";
import { cpuFeaturesTable } from "./cpu-features.ts";
import { objectDeclarations, objectDefinitions, objectStructs } from "./data-objects.ts";
import { compatExports, versionScript } from "./exports.ts";
import { identity } from "./identity.ts";
import { layoutText } from "./layout.ts";
import { mmapEntriesTable } from "./mmap-entries.ts";
import { builtinPolicies } from "./policies.ts";
import { relocationTables } from "./relocations.ts";
import { searchPlacesText } from "./search-places.ts";
import { syscallDefines } from "./syscalls.ts";
import { tunablesTable } from "./tunables.ts";
import { vdsoSlotsTable, vdsoSlotUses } from "./vdso-slots.ts";
import { selectViews } from "./views.ts";

/** What a tree is made of. */
export interface TreeInput {
  readonly abi: Abi;
  readonly target: Target;
  /** Paths begin with `runtime/`; files that this ABI leaves out are not among them. */
  readonly runtime: SourceTree;
  /** Paths begin with `templates/`. */
  readonly templates: SourceTree;
  readonly uses: Uses;
}

/** The emitted tree: `runtime/...` and `generated/...`. */
export function emitTree(input: TreeInput): SourceTree {
  return joinTrees(input.runtime, prefixTree(emitGenerated(input), "generated"));
}

/** What is generated, without the runtime. */
export function emitGenerated({ abi, target, templates, uses }: TreeInput): SourceTree {
  const fields = [...uses.fields, ...vdsoSlotUses(abi)];
  const views = selectViews(abi, { ...uses, fields }, objectStructs(abi));
  const holes: Readonly<Record<string, HoleValues>> = {
    "glibc_layout.h": { ...layoutText(abi, target, views), objects: objectDeclarations(abi) },
    "glibc_data.c": { definitions: objectDefinitions(abi, uses) },
    "glibc_identity.h": identity(abi),
    "compat_exports.S": compatExports(abi),
    "syscall_numbers.h": { defines: syscallDefines(target) },
    "reloc_kinds.h": relocationTables(target),
    "tunables_table.h": tunablesTable(abi),
    "cpu_features_table.h": cpuFeaturesTable(abi),
    "mmap_entries.h": mmapEntriesTable(abi),
    "vdso_slots.h": vdsoSlotsTable(abi),
    "search_places.h": searchPlacesText(abi),
    "builtin_policies.h": builtinPolicies(templates),
  };
  const generated = new Map<string, string>([
    ["exports.map", `${generatedBy(abi)}\n${versionScript(abi, uses)}\n`],
  ]);
  for (const [path, text] of templates) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const general = path === `templates/${name}`;
    if (!isTemplateOf(target, path)) continue;
    const values = general ? (holes[name] ?? {}) : {};
    generated.set(name, `${generatedBy(abi)}\n${fillTemplate(path, text, values)}`);
  }
  return generated;
}

/** The first line of every generated file. */
export function generatedBy(abi: Abi): string {
  return `/* Made by: npx wine-ld build --abi ${abi.id} */`;
}
