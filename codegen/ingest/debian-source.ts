/**
 * The source of a Debian package -> an unpacked folder with Debian's patches applied. Works as debian.ts does, with a
 * private apt configuration; needs dpkg-dev.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  aptConfiguration,
  attempt,
  DebianError,
  machineMirror,
  run,
  sourcesText,
} from "./debian.ts";

/** What to fetch. */
export interface DebianSourceRequest {
  /** A suite name: `bookworm`, `sid`. */
  readonly release: string;
  /** Of the source package. */
  readonly name: string;
  /** The folder that is to hold the source; a second request for the same is answered from it. */
  readonly folder: string;
  /** Told what is being done, one short line each. */
  readonly progress?: (line: string) => void;
}

/**
 * Downloads a source package of a Debian release and unpacks it. Needs no privileges.
 * @throws DebianError with a sentence when an index or the package cannot be had.
 */
export async function fetchDebianSource(request: DebianSourceRequest): Promise<string> {
  const { release, name, folder, progress } = request;
  if (existsSync(folder)) return folder;
  const home = `${folder}.${process.pid}.partial`;
  const configuration = join(home, "apt.conf");
  const apt = (...words: readonly string[]) =>
    run("apt-get", ["-c", configuration, ...words], home);
  try {
    for (const part of ["state/lists/partial", "cache/archives/partial", "none"]) {
      mkdirSync(join(home, part), { recursive: true });
    }
    const { security: _, ...mirror } = machineMirror();
    writeFileSync(join(home, "state/status"), "");
    writeFileSync(configuration, aptConfiguration(home, "amd64", []));
    const sources = sourcesText(mirror, release).replaceAll("Types: deb\n", "Types: deb-src\n");
    writeFileSync(join(home, "debian.sources"), sources);
    progress?.(`reading the source index of Debian ${release}`);
    await apt("update").catch(attempt(`the source index of Debian ${release} cannot be used now`));
    progress?.(`fetching the source of ${name}`);
    await apt("source", name).catch(attempt(`the source of ${name} could not be had`));
    const unpacked = readdirSync(home, { withFileTypes: true }).find(
      (entry) => entry.isDirectory() && entry.name.startsWith(`${name}-`),
    );
    if (unpacked === undefined) throw new DebianError(`the source of ${name} was not unpacked`);
    renameSync(join(home, unpacked.name), folder);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return folder;
}
