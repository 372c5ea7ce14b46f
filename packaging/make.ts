/** Makes packages: tarballs, Debian's, the emitted C; each the same bytes whenever and wherever it is made. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Abi } from "../codegen/abi/model.ts";
import { archive } from "./archive.ts";
import { stageSource } from "./source.ts";
import { stage } from "./stage.ts";

/** What may be made. */
export const KINDS = ["tar", "deb", "source"] as const;

/** What is asked for. */
export interface PackageRequest {
  /** The checkout; the linkers are in its dist/. */
  readonly root: string;
  readonly out: string;
  readonly abis: readonly Abi[];
  readonly kinds: readonly string[];
}

/** Makes them; everything in them has the time of the last entry of the changelog. */
export async function makePackages({ root, out, abis, kinds }: PackageRequest): Promise<void> {
  const work = join(out, "work");
  mkdirSync(work, { recursive: true });
  const date = changelogDate(readFileSync(join(root, "packaging/debian/changelog"), "utf8"));
  const pack = (folder: string) =>
    archive(folder, join(out, `${folder.slice(work.length + 1)}.tar.xz`), date.getTime() / 1000);
  if (kinds.includes("tar") || kinds.includes("deb")) {
    const { folder, debug } = await stage({
      root,
      work,
      abis,
      date: date.toISOString().slice(0, 10),
    });
    if (kinds.includes("tar")) for (const path of [folder, debug]) pack(path);
    if (kinds.includes("deb")) debianPackages(root, work, out, folder, debug);
  }
  if (kinds.includes("source")) pack(stageSource(root, work, abis));
  rmSync(work, { recursive: true, force: true });
}

/** The time of the newest entry. */
function changelogDate(changelog: string): Date {
  return new Date(/^ -- .*> {2}(.*)$/m.exec(changelog)?.[1] ?? "");
}

/** The Debian packages, by Debian's own tools from packaging/debian. */
function debianPackages(
  root: string,
  work: string,
  out: string,
  folder: string,
  debug: string,
): void {
  const source = join(work, "deb", "wine-ld");
  rmSync(join(work, "deb"), { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  cpSync(join(root, "packaging/debian"), join(source, "debian"), { recursive: true });
  cpSync(folder, join(source, "package"), { recursive: true, verbatimSymlinks: true });
  cpSync(debug, join(source, "debug"), { recursive: true, verbatimSymlinks: true });
  execFileSync("dpkg-buildpackage", ["-b", "-uc", "-us", "-d"], {
    cwd: source,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, LC_ALL: "C" },
  });
  for (const name of readdirSync(join(work, "deb")).filter((file) => file.endsWith(".deb")))
    renameSync(join(work, "deb", name), join(out, name));
}
