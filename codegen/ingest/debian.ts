/**
 * Debian packages -> an unpacked folder, with a private apt configuration. Knows apt and dpkg-deb;
 * knows nothing of what is in the packages. The machine's own apt state is neither read nor changed:
 * only the mirror's address, its keys and proxy settings are taken from its configuration.
 */
import { type ChildProcess, execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** Where the archives are. Addresses end without a slash. */
export interface DebianMirror {
  readonly main: string;
  readonly security?: string;
  /** Keyring file or empty for apt's trusted keys. */
  readonly signedBy?: string;
}

/** What to fetch. */
export interface DebianTreeRequest {
  /** A suite name: `bookworm`, `sid`. */
  readonly release: string;
  /** Debian's architecture name. */
  readonly arch: "amd64" | "i386";
  /** Names; one of another architecture as `name:i386`. */
  readonly packages: readonly string[];
  /** Other architectures that packages and their dependencies may be of. */
  readonly foreignArchs?: readonly ("amd64" | "i386")[];
  /** Everything is kept below this folder; a second request for the same is answered from it. */
  readonly cacheDir: string;
  /** Also fetch everything the packages depend on. Default false. */
  readonly withDependencies?: boolean;
  /** Default: the mirror of this machine's apt sources. */
  readonly mirror?: DebianMirror;
  /** Told what is being done, one short line each; `passing` ones are of interest only until the next. */
  readonly progress?: (line: string, passing?: boolean) => void;
}

/** An unpacked tree. */
export interface DebianTree {
  readonly path: string;
  /** `name=version` of every unpacked package, sorted. */
  readonly packages: readonly string[];
}

/** Thrown with a sentence that says what could not be had and why. */
export class DebianError extends Error {
  override readonly name = "DebianError";
}

interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy?: string;
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

function parseStanza(stanza: string): AptSource | undefined {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of stanza.split("\n")) {
    if (line.startsWith("#")) continue;
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (match?.[1]) {
      last = match[1].toLowerCase();
      fields.set(last, match[2] ?? "");
    } else if (/^\s/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ""} ${line.trim()}`);
    }
  }
  if (!words(fields.get("types")).includes("deb") || fields.get("enabled") === "no")
    return undefined;
  const signedBy = fields.get("signed-by");
  return {
    uris: words(fields.get("uris")),
    suites: words(fields.get("suites")),
    components: words(fields.get("components")),
    ...(signedBy?.startsWith("/") && { signedBy }),
  };
}

function parseLine(line: string): AptSource | undefined {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim());
  if (!match?.[2] || !match[3]) return undefined;
  const signedBy = /signed-by=(\/[^\s\]]+)/.exec(match[1] ?? "")?.[1];
  return {
    uris: [match[2]],
    suites: [match[3]],
    components: words(match[4]),
    ...(signedBy && { signedBy }),
  };
}

/**
 * The mirror that apt source texts name, judged by the suites of `codename`.
 * @param files name and text of each sources file, `.sources` (deb822) or `.list`
 * @returns undefined when none of them has the suite `codename`
 */
export function mirrorFromSources(
  files: readonly { readonly name: string; readonly text: string }[],
  codename: string,
): DebianMirror | undefined {
  const sources = files
    .flatMap(({ name, text }) =>
      name.endsWith(".sources")
        ? text.split(/\n\s*\n/).map(parseStanza)
        : text.split("\n").map(parseLine),
    )
    .filter((source) => source !== undefined)
    .filter((source) => source.components.includes("main"));
  const withSuite = (test: (suite: string) => boolean) =>
    sources.find((source) => source.suites.some(test));
  const main = withSuite((suite) => suite === codename);
  const security = withSuite((suite) => suite.startsWith(`${codename}-security`));
  const address = (source: AptSource | undefined) => source?.uris[0]?.replace(/\/+$/, "");
  const mainAddress = address(main);
  if (main === undefined || mainAddress === undefined) return undefined;
  const securityAddress = address(security);
  return {
    main: mainAddress,
    ...(securityAddress && { security: securityAddress }),
    ...(main.signedBy && { signedBy: main.signedBy }),
  };
}

function readSourceFiles(): { name: string; text: string }[] {
  const parts = "/etc/apt/sources.list.d";
  const names = (() => {
    try {
      return readdirSync(parts).filter((name) => /\.(list|sources)$/.test(name));
    } catch {
      return [];
    }
  })();
  return ["/etc/apt/sources.list", ...names.map((name) => join(parts, name))].flatMap((name) => {
    try {
      return [{ name, text: readFileSync(name, "utf8") }];
    } catch {
      return [];
    }
  });
}

/**
 * The Debian mirror of this machine: that of its apt sources, or `WINE_LD_DEBIAN_MIRROR` (main
 * archive address, then optionally a space and the security archive's).
 * @throws DebianError when the machine has neither.
 */
export function machineMirror(): DebianMirror {
  const [main, security] = words(process.env["WINE_LD_DEBIAN_MIRROR"]);
  if (main) return { main, ...(security && { security }) };
  const release = readFileSync("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1] ?? "sid";
  const mirror = mirrorFromSources(readSourceFiles(), codename);
  if (!mirror) {
    throw new DebianError(
      "this machine's apt sources name no Debian mirror: set WINE_LD_DEBIAN_MIRROR to the address of one",
    );
  }
  return mirror;
}

/**
 * Text of a sources file for one release.
 * @param release suite name; `sid` and `unstable` have no updates and no security suite
 */
export function sourcesText(mirror: DebianMirror, release: string): string {
  const rolling = release === "sid" || release === "unstable" || release === "experimental";
  const stanza = (uri: string, suites: string) =>
    [
      "Types: deb",
      `URIs: ${uri}`,
      `Suites: ${suites}`,
      "Components: main",
      ...(mirror.signedBy ? [`Signed-By: ${mirror.signedBy}`] : []),
      "",
    ].join("\n");
  const security = rolling ? undefined : mirror.security;
  return [
    stanza(mirror.main, release),
    ...(security ? [stanza(security, `${release}-security`)] : []),
  ].join("\n");
}

/** Text of an apt configuration that keeps everything below `home`. */
export function aptConfiguration(home: string, arch: string, foreign: readonly string[]): string {
  const archs = [arch, ...foreign].map((name) => `"${name}";`).join(" ");
  const lines = [
    "#clear APT::Update;",
    "#clear DPkg::Pre-Install-Pkgs;",
    `APT::Architecture "${arch}";`,
    "#clear APT::Architectures;",
    `APT::Architectures { ${archs} };`,
    'APT::Sandbox::User "root";',
    'APT::Get::List-Cleanup "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    `Dir::State "${home}/state";`,
    `Dir::State::lists "${home}/state/lists";`,
    `Dir::State::status "${home}/state/status";`,
    `Dir::Cache "${home}/cache";`,
    `Dir::Cache::archives "${home}/cache/archives";`,
    `Dir::Etc::sourcelist "${home}/debian.sources";`,
    `Dir::Etc::sourceparts "${home}/none";`,
    `Dir::Etc::preferences "${home}/none";`,
    `Dir::Etc::preferencesparts "${home}/none";`,
    'Debug::NoLocking "true";',
  ];
  return `${lines.join("\n")}\n`;
}

/** The programs that run() has started and that have not ended. */
const running = new Set<ChildProcess>();
/** The signal that ends this process as soon as it has tidied up. */
let ended: NodeJS.Signals | undefined;

/** The output of a program of apt or dpkg. */
export function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  if (ended !== undefined) return Promise.reject(new DebianError(`ended by ${ended}`));
  return new Promise((resolve, reject) => {
    const options = { cwd, maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: "C" } };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      running.delete(child);
      if (!error) return resolve(stdout + stderr);
      if ("code" in error && error.code === "ENOENT") {
        return reject(new DebianError(`${command} is not installed: apt install apt dpkg`));
      }
      reject(new DebianError(reasonOf(command, stderr)));
    });
    running.add(child);
  });
}

/** What apt gives as its reasons, or the last words of the others. */
function reasonOf(command: string, said: string): string {
  if (/No space left on device/.test(said)) return "no space left on the disk: make room there";
  const lines = said.split("\n").filter((line) => line !== "");
  const reasons = lines.filter((line) => /^(E|Err|W):/.test(line));
  return reasons.slice(0, 4).join("\n") || lines.at(-1) || `${command} failed`;
}

/** The signals that end a download. */
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Does work that a signal may end: then the programs that it runs are ended, `work` comes to its end with their
 * failure and tidies up, and this process ends by the signal.
 */
async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  const end = (signal: NodeJS.Signals) => {
    ended = signal;
    for (const child of running) child.kill("SIGTERM");
  };
  for (const signal of ENDING) process.on(signal, end);
  try {
    return await work();
  } finally {
    for (const signal of ENDING) process.off(signal, end);
    if (ended !== undefined) process.kill(process.pid, ended);
  }
}

/** Removes what processes left unfinished that are no more: killed, or out of power. */
export function removeUnfinished(folder: string): readonly string[] {
  const dead = namesIn(folder).filter((name) => {
    const owner = /\.(\d+)\.partial$/.exec(name)?.[1];
    return owner !== undefined && !existsSync(`/proc/${owner}`);
  });
  const paths = dead.map((name) => join(folder, name));
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return paths;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** For catch: says what could not be done. */
export function attempt(what: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DebianError(`${what}:\n${reason}`);
  };
}

async function readIndex(
  request: DebianTreeRequest,
  home: string,
  mirror: DebianMirror,
): Promise<void> {
  for (const dir of ["state/lists/partial", "cache/archives/partial", "none"]) {
    mkdirSync(join(home, dir), { recursive: true });
  }
  const suite = `Debian ${request.release} ${request.arch}`;
  writeFileSync(join(home, "state/status"), "");
  writeFileSync(
    join(home, "apt.conf"),
    aptConfiguration(home, request.arch, request.foreignArchs ?? []),
  );
  writeFileSync(join(home, "debian.sources"), sourcesText(mirror, request.release));
  request.progress?.(`reading the package index of ${suite}`);
  await run("apt-get", ["-c", join(home, "apt.conf"), "update"], home).catch(
    attempt(`the package index of ${suite} cannot be used now`),
  );
}

async function download(request: DebianTreeRequest, home: string): Promise<string[]> {
  const archives = join(home, "cache/archives");
  const what = `packages of Debian ${request.release} ${request.arch} could not be fetched`;
  request.progress?.(`downloading ${request.packages.length} package(s)`);
  const command = request.withDependencies
    ? ["install", "--download-only", "--yes", "--no-install-recommends"]
    : ["download"];
  const args = ["-c", join(home, "apt.conf"), ...command, ...request.packages];
  await run("apt-get", args, archives).catch(attempt(what));
  return readdirSync(archives)
    .filter((name) => name.endsWith(".deb"))
    .map((name) => join(archives, name));
}

/** With security updates where they can be had: a mirror may be half-way through an update of them. */
async function fetchPackages(request: DebianTreeRequest, home: string): Promise<string[]> {
  const mirror = request.mirror ?? machineMirror();
  const { security, ...main } = mirror;
  try {
    await readIndex(request, home, mirror);
    return await download(request, home);
  } catch (error) {
    if (!(error instanceof DebianError) || security === undefined) throw error;
    request.progress?.("security updates cannot be had now, trying without them");
    rmSync(join(home, "cache"), { recursive: true, force: true });
    await readIndex(request, home, main);
    return await download(request, home);
  }
}

/** Absolute symbolic links of the packages are made relative, so that they lead into the tree. */
function keepLinksInside(tree: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = readlinkSync(path);
    if (!target.startsWith("/")) continue;
    rmSync(path);
    symlinkSync(relative(dirname(path), join(tree, target)), path);
  }
}

/** `libc6_2.36-9+deb12u14_i386.deb` -> `libc6=2.36-9+deb12u14`. */
function packageOfFile(file: string): string {
  const [name = "", version = ""] = basename(file).split("_");
  return `${name}=${decodeURIComponent(version)}`;
}

/** The name of the folder that a request's tree gets below `cacheDir`/debian. */
export function debianTreeName(
  request: Pick<DebianTreeRequest, "release" | "arch" | "packages" | "withDependencies">,
): string {
  const names = [...request.packages].sort().join("+");
  const kind = request.withDependencies ? "-all" : "";
  const short =
    names.length <= 60 ? names : createHash("sha1").update(names).digest("hex").slice(0, 12);
  return `${request.release}-${request.arch}${kind}-${short}`;
}

function finishedTree(path: string): DebianTree | undefined {
  try {
    const packages = readFileSync(join(path, ".packages"), "utf8").trim().split("\n");
    return { path, packages };
  } catch {
    return undefined;
  }
}

/**
 * Downloads packages of a Debian release and unpacks them (no maintainer script runs) into one
 * folder below `cacheDir`. Needs no privileges. Safe to call from several processes: each works in a
 * folder of its own and the finished tree is renamed into place.
 * @throws DebianError with a sentence when an index or a package cannot be had.
 */
export async function fetchDebianTree(request: DebianTreeRequest): Promise<DebianTree> {
  removeUnfinished(join(request.cacheDir, "debian"));
  return interruptible(() => makeDebianTree(request));
}

async function makeDebianTree(request: DebianTreeRequest): Promise<DebianTree> {
  const path = join(request.cacheDir, "debian", debianTreeName(request));
  const known = finishedTree(path);
  if (known) return known;
  const work = `${path}.${process.pid}.partial`;
  const tree = join(work, "tree");
  try {
    mkdirSync(tree, { recursive: true });
    const files = (await fetchPackages(request, work)).sort();
    for (const [i, file] of files.entries()) {
      request.progress?.(`unpacking ${i + 1} of ${files.length}: ${basename(file)}`, true);
      await run("dpkg-deb", ["-x", file, tree], work);
    }
    keepLinksInside(tree);
    writeFileSync(join(tree, ".packages"), `${files.map(packageOfFile).join("\n")}\n`);
    rmSync(path, { recursive: true, force: true });
    renameSync(tree, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const finished = finishedTree(path);
  if (!finished) throw new DebianError(`${path} was removed while it was being made`);
  return finished;
}
