/**
 * Runs a script where every program gets the linker under test, the children, set-user-id programs and sandboxes
 * included: a mount namespace in which it lies at the paths of glibc's linkers. Glibc's own linker is run in the
 * same surroundings. Also there: process and IPC namespaces, so that nothing outlives a script, and a user named
 * foreign without privileges.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machineAbis } from "../../cli/abi.ts";
import { systemAbis } from "../../codegen/system-glibc.ts";
import { type Role, root } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";

/** The linkers' paths, and what stands for each in dist/. */
const LINKERS = [
  { path: "/lib64/ld-linux-x86-64.so.2", arch: "x86_64" },
  { path: "/lib/ld-linux.so.2", arch: "i386" },
] as const;

const USER = 64_999;

/**
 * Binds pairs of files until "--", and starts the rest as a child: the first process of a namespace gets no
 * signal that it does not handle.
 */
const ENTER = `
while [ "$1" != -- ]; do
  mount --bind "$1" "$2" && cmp "$1" "$2" || exit 125
  shift 2
done
shift
"$@"
exit $?
`;

const NAMESPACES = ["--mount", "--propagation=private", "--ipc"];
const PROCESSES = ["--pid", "--mount-proc", "--fork", "--kill-child"];

/** A script and its surroundings. */
export interface Script {
  readonly role: Role;
  readonly text: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly isOrdinary: boolean;
  readonly seesProcesses: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** Files that stand in place of the machine's: with our user, who may use firejail. */
export interface Accounts {
  readonly binds: readonly (readonly [string, string])[];
}

/** Writes the files of the user `foreign` into a folder. */
export function makeAccounts(folder: string): Accounts {
  const added = {
    "/etc/passwd": `foreign:x:${USER}:${USER}::${folder}:/bin/sh\n`,
    "/etc/group": `foreign:x:${USER}:\n`,
    "/etc/firejail/firejail.users": "foreign\n",
  };
  const binds = Object.entries(added)
    .filter(([path]) => existsSync(path))
    .map(([path, line]) => {
      const copy = join(folder, path.replaceAll("/", "-").slice(1));
      writeFileSync(copy, readFileSync(path, "utf8") + line, { mode: 0o644 });
      return [copy, path] as const;
    });
  return { binds };
}

/** Each linker under test beside the path that it takes; glibc's own in its place is nothing to do. */
function linkerBinds(role: Role): readonly (readonly [string, string])[] {
  if (role === "reference" || process.env["WINE_LD_SUBJECT"] === "glibc") return [];
  return LINKERS.filter(({ path }) => existsSync(path)).map(({ path, arch }) => {
    const real = realpathSync(path);
    const [abi] = systemAbis("/", [arch], machineAbis());
    return [join(root, "dist", abi?.id ?? "", abi?.soname ?? ""), real];
  });
}

/** Why nothing can be run here, or undefined. */
export function whyNotEnclosed(): string | undefined {
  if (process.getuid?.() !== 0) return "mount namespaces need root";
  const absent = linkerBinds("subject").find(([linker]) => !existsSync(linker));
  return absent === undefined ? undefined : `${absent[0]} is not there: run \`wine-ld build\``;
}

/** Runs a script to its end. */
export function runEnclosed(script: Script, { binds }: Accounts): Promise<Outcome> {
  const own = script.isOrdinary
    ? [`--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"]
    : undefined;
  const powers = own === undefined ? [] : ["setpriv", ...own];
  const pairs = [...binds, ...linkerBinds(script.role)].flat();
  return run({
    file: "unshare",
    arguments: [
      ...[...NAMESPACES, ...(script.seesProcesses ? [] : PROCESSES)],
      ...["sh", "-c", ENTER, "sh", ...pairs, "--"],
      ...[...powers, "bash", "-c", script.text],
    ],
    environment: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C.UTF-8",
      HOME: script.folder,
      TMPDIR: script.folder,
      ...script.environment,
    },
    folder: script.folder,
    timeout: script.timeout * 1000,
  });
}

/** Owner of what an ordinary user's script writes. */
export const ordinaryUser = USER;

/** What src/whose.c must say under the linker of a role. */
export function expectedLinker(role: Role): string {
  return linkerBinds(role).length === 0 ? "glibc" : "wine-ld";
}
