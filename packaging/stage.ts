/** The files of a package, put together from a checkout: what goes where below the prefix. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describeCommand } from "../cli/main.ts";
import { version } from "../cli/project-root.ts";
import type { Abi } from "../codegen/abi/model.ts";
import { buildIdLinks } from "../codegen/by-build-id.ts";
import { buildId, parseElf } from "../codegen/elf.ts";
import { readTree } from "../codegen/source-tree.ts";
import { bundle } from "./bundle.ts";
import { commandPage, completions, linkerPage, policyPage } from "./manual.ts";

/** What is put together where. */
export interface StageRequest {
  /** The checkout; the linkers are in its dist/. */
  readonly root: string;
  readonly work: string;
  readonly abis: readonly Abi[];
  /** Of the manual pages: "2026-11-28". */
  readonly date: string;
}

/** What a package is made of. */
export interface Staged {
  /** The folder that becomes the tarball: install.sh and what it installs. */
  readonly folder: string;
  /** The same for the debug information. */
  readonly debug: string;
}

const LIBRARY = "lib/wine-ld";

/** Writes a text below a folder. */
function put(folder: string, path: string, text: string | Buffer, mode = 0o644): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
}

/** Puts everything together below `work`. */
export async function stage({ root, work, abis, date }: StageRequest): Promise<Staged> {
  const name = `wine-ld-${version()}`;
  const [folder, debug] = [join(work, name), join(work, `${name}-debug`)];
  for (const path of [folder, debug]) rmSync(path, { recursive: true, force: true });
  const tree = join(folder, "tree");
  for (const abi of abis) stageLinker(root, tree, join(debug, "tree"), abi);
  await stageCommand(root, tree);
  stageDocuments(root, tree, date);
  for (const target of [folder, debug])
    put(target, "install.sh", readFileSync(join(root, "packaging/install.sh")), 0o755);
  return { folder, debug };
}

/** A linker and what leads to it; its debug information where debuggers look for a build-id. */
function stageLinker(root: string, tree: string, debug: string, abi: Abi): void {
  const linker = readFileSync(join(root, "dist", abi.id, abi.soname));
  put(tree, join(LIBRARY, "dist", abi.id, abi.soname), linker, 0o755);
  for (const [path, target] of buildIdLinks(abi)) {
    const link = join(tree, LIBRARY, "dist", path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
  const id = buildId(parseElf(linker)) ?? "";
  const path = `lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`;
  put(debug, path, readFileSync(join(root, "dist", abi.id, `${abi.soname}.debug`)));
}

async function stageCommand(root: string, tree: string): Promise<void> {
  put(tree, join(LIBRARY, "cli/wine-ld"), readFileSync(join(root, "cli/wine-ld")), 0o755);
  put(tree, join(LIBRARY, "cli/wine-ld.js"), await bundle(root));
  const manifest = { name: "wine-ld", version: version(), type: "module" };
  put(tree, join(LIBRARY, "package.json"), `${JSON.stringify(manifest)}\n`);
  mkdirSync(join(tree, "bin"), { recursive: true });
  symlinkSync(join("..", LIBRARY, "cli/wine-ld"), join(tree, "bin/wine-ld"));
}

function stageDocuments(root: string, tree: string, date: string): void {
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  put(tree, "include/wine-ld.h", text("include/wine-ld.h"));
  put(tree, "share/pkgconfig/wine-ld.pc", pkgConfig());
  for (const [name, policy] of readTree(join(root, "templates/policies")))
    put(tree, `share/wine-ld/policies/${name}`, policy);
  const about = { date, version: version() };
  // Without this command's sources: what is installed does not have those commands.
  const program = describeCommand([], () => {}, false);
  const help = execFileSync(join(root, "dist/glibc-2.36-x86_64/ld-linux-x86-64.so.2"), ["--help"], {
    encoding: "utf8",
  });
  const language = /### The language of policies\n([\s\S]*?)\n###/.exec(
    text("docs/address-space.md"),
  )?.[1];
  if (language === undefined) throw new Error("docs/address-space.md does not describe policies");
  put(tree, "share/man/man1/wine-ld.1", commandPage(program, about));
  put(tree, "share/man/man8/ld-wine.8", linkerPage(help, about));
  put(tree, "share/man/man5/wine-ld.policy.5", policyPage(language, about));
  for (const [path, script] of completions(program)) put(tree, path, script);
  put(tree, "share/doc/wine-ld/README.md", text("README.md"));
  put(tree, "share/doc/wine-ld/copyright", text("packaging/debian/copyright"));
  cpSync(join(root, "docs"), join(tree, "share/doc/wine-ld/docs"), { recursive: true });
}

function pkgConfig(): string {
  return [
    "prefix=/usr",
    "includedir=${prefix}/include",
    "",
    "Name: wine-ld",
    "Description: questions to the linker that owns the address space",
    `Version: ${version()}`,
    "Cflags: -I${includedir}",
    "",
  ].join("\n");
}
