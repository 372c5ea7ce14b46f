/**
 * `npm run conformance:defects [-- --arch ARCH] [NAME ...]`: plants known defects in our linker, one at a time, and
 * shows that the suite reports each. A defect is a change of one or more texts in the generated tree; the cases that
 * are run are those of one feature. The status is 1 when a defect is not found.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { TARGETS } from "../../codegen/targets.ts";
import { findZig, zigBuild } from "../../codegen/toolchain.ts";
import type { Arch } from "../harness/elf.ts";
import { root, subjectPath, workFolder } from "../harness/linkers.ts";
import { variants } from "./execute.ts";
import { groundOf, writtenCases } from "./grounds.ts";
import { endStarters } from "./starter.ts";
import { isFor, type Result, runCases } from "./suite.ts";

/** One text of one file, which must be there exactly once, and what stands in its place. */
type Change = readonly [file: string, from: string, to: string];

interface Defect {
  readonly name: string;
  /** The feature whose cases are run: a heading in `cases/`. */
  readonly feature: string;
  readonly changes: readonly Change[];
}

const defects: readonly Defect[] = [
  {
    name: "constructors in reverse order",
    feature: "order of constructors and destructors",
    changes: [
      [
        "runtime/link/init.c",
        "construct(order[i], &with);",
        "construct(order[count - 1 - i], &with);",
      ],
    ],
  },
  {
    name: "STB_GNU_UNIQUE ignored",
    feature: "STB_GNU_UNIQUE",
    changes: [
      [
        "runtime/object/lookup.c",
        "bind_unique(search, object, symbol, binding);\n        return true;",
        "if (search->class > 99)\n            bind_unique(search, object, symbol, binding);\n        break;",
      ],
    ],
  },
  {
    name: "dlclose never unloads",
    feature: "dlclose",
    changes: [
      [
        "runtime/dl/dl_close.c",
        "object->open_count == 0 && object->kind == OBJECT_LOADED",
        "object->open_count == 0 && object->kind == OBJECT_PROGRAM",
      ],
    ],
  },
  {
    name: "the program's RUNPATH ignored",
    feature: "RUNPATH, RPATH and LD_LIBRARY_PATH",
    changes: [
      [
        "runtime/search/search.c",
        "loader != NULL)\n        result = search_from(search, AUDIT_RUNPATH",
        "loader != NULL && loader->kind != OBJECT_PROGRAM)\n        result = search_from(search, AUDIT_RUNPATH",
      ],
    ],
  },
  {
    name: "wrong dlpi_subs",
    feature: "link_map, dl_iterate_phdr, dladdr, dlinfo",
    changes: [
      [
        "runtime/glibc/mirror/link_map.c",
        "_dl_load_adds = namespace_adds;",
        "_dl_load_adds = namespace_at(NAMESPACE_BASE)->count;",
      ],
    ],
  },
  {
    name: "the first byte's offset of a TLS segment ignored",
    feature: "thread-local storage of opened libraries",
    changes: [["runtime/object/object.c", "= header->p_vaddr & (object->tls.align - 1);", "= 0;"]],
  },
  {
    name: "versions ignored",
    feature: "versions",
    changes: [
      [
        "runtime/object/lookup.c",
        "return version_fits(search, object, index);",
        "return version_fits(search, object, index) || index != 0;",
      ],
    ],
  },
  {
    name: "protected symbols treated as default ones",
    feature: "visibility",
    changes: [
      [
        "runtime/object/lookup.c",
        "STV_PROTECTED)\n            bind_protected",
        "STV_PROTECTED && search.class > 99)\n            bind_protected",
      ],
    ],
  },
  {
    name: "COPY from the program itself",
    feature: "copy relocations",
    changes: [
      [
        "runtime/object/lookup.c",
        "(search->class & REFERENCE_COPY) != 0 && object->kind == OBJECT_PROGRAM",
        "(search->class & REFERENCE_COPY) != 0 && object->kind == OBJECT_LINKER",
      ],
    ],
  },
  {
    name: "destructors skipped",
    feature: "order of constructors and destructors",
    changes: [["runtime/link/init.c", "i = dynamic->fini_count; i-- > 0;", "i = 0; i-- > 0;"]],
  },
  {
    name: "RTLD_DEEPBIND ignored",
    feature: "RTLD_DEEPBIND",
    changes: [
      [
        "runtime/dl/dl_open.c",
        "(mode & DL_DEEPBIND) != 0)",
        "(mode & DL_DEEPBIND) != 0 && object->relocated)",
      ],
    ],
  },
  {
    name: "RTLD_LOCAL leaks",
    feature: "RTLD_GLOBAL and RTLD_LOCAL",
    changes: [
      [
        "runtime/dl/dl_open.c",
        "bool good = (request->mode & DL_GLOBAL) == 0 || make_global(root, error);",
        "bool good = make_global(root, error);",
      ],
    ],
  },
  {
    name: "RTLD_NODELETE ignored",
    feature: "dlopen of the program, NOLOAD, NODELETE",
    changes: [
      [
        "runtime/dl/dl_close.c",
        "if (object->nodelete)",
        "if (object->nodelete && object->missing)",
      ],
      [
        "runtime/dl/dl_close.c",
        "(object->nodelete && !half_done)",
        "(half_done && object->missing)",
      ],
    ],
  },
  {
    name: "DF_1_INITFIRST ignored",
    feature: "DF_1_INITFIRST",
    changes: [
      [
        "runtime/link/init.c",
        "(object->dynamic.flags_1 & DF_1_INITFIRST) != 0)",
        "(object->dynamic.flags_1 & DF_1_INITFIRST) != 0 && object->missing)",
      ],
    ],
  },
];

/** What an auditor answers at a call's end has no effect: assembly, so a text for each architecture. */
const withoutReturn: Readonly<Record<Arch, Defect>> = {
  x86_64: {
    name: "pltexit without return value",
    feature: "entry and exit of calls",
    changes: [["generated/call_trampoline.S", "    mov RESULT_RAX(%rsp), %rax\n", ""]],
  },
  i386: {
    name: "pltexit without return value",
    feature: "entry and exit of calls",
    changes: [["generated/call_trampoline.S", "    mov OUTGOING+RESULT_EAX(%esp), %eax\n", ""]],
  },
};

const { values, positionals } = parseArgs({
  options: { arch: { type: "string", default: "x86_64" } },
  allowPositionals: true,
});
const arch: Arch = values.arch === "i386" ? "i386" : "x86_64";
const abi = `glibc-2.36-${arch}`;
const pristine = join(root, "build", abi, "src");
const folder = join(workFolder, "defects", arch);
const source = join(folder, "src");

function plant({ name, changes }: Defect): void {
  cpSync(pristine, source, { recursive: true, preserveTimestamps: true });
  for (const [file, from, to] of changes) {
    const path = join(source, file);
    const parts = readFileSync(path, "utf8").split(from);
    if (parts.length !== 2)
      throw new Error(`${name}: "${from}" is ${parts.length - 1} times in ${file}`);
    writeFileSync(path, parts.join(to));
  }
}

/** Builds the defective linker and runs the cases of the feature. */
async function run(defect: Defect): Promise<readonly Result[]> {
  const soname = arch === "i386" ? "ld-linux.so.2" : "ld-linux-x86-64.so.2";
  plant(defect);
  await zigBuild(await findZig(root, process.env), {
    root,
    source: relative(root, source),
    target: TARGETS[arch],
    soname,
    out: folder,
  });
  const found = groundOf(arch, join(folder, soname));
  if ("missing" in found) throw new Error(found.missing);
  const cases = writtenCases().filter(
    (one) => one.feature === defect.feature && isFor(one, arch, found.glibc),
  );
  return runCases(cases, found.ground, undefined, variants.slice(0, 2));
}

/** The first case in which a sound linker does not differ, and this one does. */
function reported(results: readonly Result[]): readonly Result[] {
  return results.filter(
    ({ verdict, text }) => verdict.kind === "different" && !text.includes("@known="),
  );
}

const subject = subjectPath(arch);
if ("missing" in subject) throw new Error(subject.missing);
rmSync(source, { recursive: true, force: true });
const all = [...defects, withoutReturn[arch]];
const chosen =
  positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));
for (const defect of chosen) {
  const results = await run(defect);
  const differing = reported(results);
  const first = differing[0]?.text ?? "";
  const verdict = differing.length > 0 ? `${differing.length} of ${results.length}` : "NOT FOUND";
  process.stdout.write(`${defect.name.padEnd(50)} ${verdict.padEnd(10)} ${first}\n`);
  if (differing.length === 0) process.exitCode = 1;
}
endStarters();
