/** `wine-ld doctor`: what works on this machine, and the command that mends what does not. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statfsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { Abi, Arch } from "../codegen/abi/model.ts";
import { buildId } from "../codegen/elf.ts";
import { serversOf } from "../codegen/ingest/debuginfod.ts";
import { LocateError, locateDebug, locateGlibc, readElf } from "../codegen/ingest/locate.ts";
import { glibcVersion } from "../codegen/system-glibc.ts";
import { findZig } from "../codegen/toolchain.ts";
import { machineAbis } from "./abi.ts";
import { CommandError } from "./command-error.ts";
import { cacheRoot, commandName, isCheckout, linkersFolder, projectRoot } from "./project-root.ts";
import { sizeText } from "./space/quantities.ts";
import { powers } from "./wine/enclosure.ts";
import { locateWine, wow64Of } from "./wine/locate.ts";
import { PROVISION_SPACE } from "./wine/provision.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "missing" | "broken";
  readonly says: string;
  /** What to type, for what is not well. */
  readonly mend?: string;
}

/** Looks at everything. `optional` things that are missing do not make a machine unfit. */
export async function diagnose(environment: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [
    kernel(),
    ...(isCheckout ? [await compiler(environment)] : []),
    ...glibc("x86_64"),
    ...glibc("i386"),
    ...(isCheckout ? debugTools(environment) : []),
    wine(),
    ...provisioning(),
  ];
}

/** The findings as lines, each with its remedy below. */
export function describeFindings(findings: readonly Finding[]): readonly string[] {
  const marks = { ok: "ok", missing: "--", broken: "!!" } as const;
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings.flatMap(({ what, state, says, mend }) => [
    `${marks[state]}  ${what.padEnd(width)}  ${says}`,
    ...(mend === undefined ? [] : [`    ${" ".repeat(width)}  -> ${mend}`]),
  ]);
}

/** Any kernel does that runs glibc's own linker. */
function kernel(): Finding {
  return { what: "kernel", state: "ok", says: `Linux ${release()}` };
}

async function compiler(environment: NodeJS.ProcessEnv): Promise<Finding> {
  try {
    const { version } = await findZig(projectRoot, environment);
    return { what: "compiler", state: "ok", says: `Zig ${version}` };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return { what: "compiler", state: "broken", says, mend: "npm ci" };
  }
}

/** The glibc of an architecture, its module, and the linker for it. */
function glibc(arch: Arch): readonly Finding[] {
  try {
    const files = locateGlibc("/", arch);
    const libc = readElf(files.libc);
    const version = glibcVersion(libc) ?? "of unknown version";
    const id = buildId(libc) ?? "none";
    const abi = moduleOf(id);
    return [
      { what: `glibc ${arch}`, state: "ok", says: `${version}, ${files.libc}, build-id ${id}` },
      ...(abi === undefined
        ? [
            {
              what: `module ${arch}`,
              state: "broken" as const,
              says: "none names this build",
              mend: isCheckout
                ? `${commandName} build (verifies it against the nearest module, or imports it)`
                : "a newer package of wine-ld may know it",
            },
          ]
        : [{ what: `module ${arch}`, state: "ok" as const, says: abi.id }, linker(abi)]),
      ...(isCheckout ? [debugInfo(arch, files.ldso)] : []),
    ];
  } catch (error) {
    if (!(error instanceof LocateError)) throw error;
    const says = "not installed";
    if (arch === "x86_64") return [{ what: `glibc ${arch}`, state: "missing", says }];
    const mend = "dpkg --add-architecture i386 && apt update && apt install libc6:i386";
    return [{ what: `glibc ${arch}`, state: "missing", says, mend }];
  }
}

function moduleOf(id: string): Abi | undefined {
  return machineAbis().find((abi) => abi.builds.some(({ libcBuildId }) => libcBuildId === id));
}

function linker({ id, soname, arch }: Abi): Finding {
  const path = join(linkersFolder, id, soname);
  const what = `linker ${arch}`;
  const mend = isCheckout ? `${commandName} build` : "install the package wine-ld again";
  if (!existsSync(path)) return { what, state: "broken", says: "not built", mend };
  try {
    execFileSync(path, ["--help"], { stdio: "ignore" });
    return { what, state: "ok", says: path };
  } catch {
    return { what, state: "broken", says: `${path} cannot be run by this kernel`, mend };
  }
}

function debugInfo(arch: Arch, ldso: string): Finding {
  const what = `debug info ${arch}`;
  try {
    return { what, state: "ok", says: locateDebug(ldso, ["/"]) };
  } catch (error) {
    if (!(error instanceof LocateError)) throw error;
    const name = arch === "x86_64" ? "libc6-dbg" : "libc6-dbg:i386";
    return {
      what,
      state: "missing",
      says: "only needed to import a new glibc",
      mend: `apt install ${name}`,
    };
  }
}

function debugTools(environment: NodeJS.ProcessEnv): readonly Finding[] {
  const version = outputOf("pahole", ["--version"]);
  const servers = serversOf(environment);
  return [
    version === undefined
      ? {
          what: "pahole",
          state: "missing",
          says: "only needed to import a new glibc",
          mend: "apt install pahole",
        }
      : { what: "pahole", state: "ok", says: version },
    {
      what: "debuginfod",
      state: servers.length > 0 ? "ok" : "missing",
      says: servers.join(" ") || "DEBUGINFOD_URLS is not set (only needed to import a new glibc)",
    },
  ];
}

/** The wine that would be run, as text files and folders tell: it is not started. */
function wine(): Finding {
  const what = "wine";
  const mend = "apt install wine";
  try {
    const found = locateWine(process.env["WINE_LD_WINE"], process.env["PATH"] ?? "");
    const kinds = {
      classic: "for 32-bit and 64-bit programs",
      new: "of the new WoW64, which gains nothing for 32-bit programs",
      none: "for 64-bit programs only",
    };
    return {
      what,
      state: "ok",
      says: `${join(found.root, found.folder)}, ${kinds[wow64Of(found)]}`,
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { what, state: "missing", says: error.message, mend };
  }
}

/** What `wine --provision` needs. */
function provisioning(): readonly Finding[] {
  const unshare = spawnSync("unshare", [...powers(), "true"], { stdio: "ignore" }).status === 0;
  const { bavail, bsize } = statfsSync(existsSync(cacheRoot) ? cacheRoot : "/");
  const free = bavail * bsize;
  const tools = ["apt-get", "dpkg-deb"].filter(
    (name) => outputOf(name, ["--version"]) === undefined,
  );
  const need = "only needed for `wine --provision`";
  return [
    unshare
      ? { what: "namespaces", state: "ok", says: "a private mount namespace can be had" }
      : {
          what: "namespaces",
          state: "missing",
          says: `none can be had here (${need})`,
          mend: "be root, or sysctl kernel.unprivileged_userns_clone=1",
        },
    tools.length === 0
      ? { what: "apt", state: "ok", says: "apt-get, dpkg-deb" }
      : { what: "apt", state: "missing", says: `${tools.join(", ")} not installed (${need})` },
    {
      what: "space",
      state: free >= PROVISION_SPACE ? "ok" : "missing",
      says: `${sizeText(free)} free at ${cacheRoot}, ${sizeText(PROVISION_SPACE)} wanted (${need})`,
    },
  ];
}

function outputOf(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
