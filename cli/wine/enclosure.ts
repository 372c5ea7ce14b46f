/**
 * Running a program inside an unpacked tree: a mount namespace of its own with a new root that is put together from
 * the tree and this machine's folders (tree-plan.ts says how), then chroot. Needs root, or a kernel that lets
 * everybody make user namespaces. Knows nothing of wine.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";
import { shellWord } from "../run.ts";
import { type Place, planTree, type Step } from "./tree-plan.ts";

/** A command line. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where the new root is mounted: programs see this machine's folder of that name, so the tree's is not missed. */
const NEW_ROOT = "tmp";
/** The status of shells for what cannot be run. */
const NOT_RUNNABLE = 126;
/** Enters the new root by the words in its place, and goes where the caller was, or nowhere. */
const INSIDE = `cd "$0" 2>/dev/null || { echo "wine-ld: $0 cannot be entered inside of the tree" >&2; exit ${NOT_RUNNABLE}; }
exec "$@"`;

/** Gives the power to mount: what root has, everybody else has as root of a user namespace. */
const USER_NAMESPACE = ["--user", "--map-root-user"];
const MOUNT_NAMESPACE = ["--mount", "--propagation", "private"];

/**
 * The command that runs a program inside `root`; the program itself when that is "/".
 * @param where working folder
 * @param places what else the program needs of this machine
 * @throws CommandError where one of them cannot be had inside
 */
export function enclosed(
  root: string,
  where: string,
  inner: Invocation,
  places: readonly Place[] = [],
): Invocation {
  if (root === "/") return inner;
  const remedy = "start it in another folder";
  const steps = planTree("/", root, [
    { name: "the working folder", path: where, remedy },
    ...places,
  ]);
  const words = ["sh", "-c", script(join(root, NEW_ROOT), steps), "sh", where];
  return { command: "unshare", args: [...powers(), ...words, inner.command, ...inner.args] };
}

/**
 * The shell's commands that make the new root and enter it. It is bound nowhere else, and nobody writes to it. One
 * program makes all folders and one mounts all: each that is started takes a millisecond.
 */
function script(root: string, steps: readonly Step[]): string {
  const words = (paths: readonly string[]) => paths.map((path) => shellWord(`.${path}`)).join(" ");
  const binds = steps.filter((step) => step.make === "bind");
  const files = binds.filter(({ file }) => file);
  const folders = steps.filter(
    (step) => step.make === "folder" || (step.make === "bind" && !step.file),
  );
  const folder = shellWord(root);
  return [
    `set -e; trap 'exit ${NOT_RUNNABLE}' EXIT`,
    `mount -t tmpfs --make-unbindable -o mode=755 wine-ld ${folder}`,
    `cd ${folder}`,
    `mkdir ${words(folders.map(({ at }) => at))}`,
    ...files.map(({ at }) => `: > ${words([at])}`),
    ...steps.flatMap((step) =>
      step.make === "link" ? [`ln -s ${shellWord(step.target)} ${words([step.at])}`] : [],
    ),
    "cat > .mounts <<'.mounts'",
    ...binds.map(
      ({ from, at }) => `${tableWord(from)} ${tableWord(join(root, at))} none rbind 0 0`,
    ),
    ".mounts",
    "mount --all --fstab .mounts",
    "rm .mounts",
    `mount -o remount,bind,ro ${folder}`,
    `trap - EXIT; exec ${enteringAs(ownId())}${folder} /bin/sh -c ${shellWord(INSIDE)} "$@"`,
  ].join("\n");
}

/** A path as fstab(5) takes it. */
function tableWord(path: string): string {
  return path.replace(
    /[\s\\#]/g,
    (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

/**
 * Says why nothing can be run inside a tree here.
 * @throws CommandError when this process can have no mount namespace
 */
export function requireEnclosure(root: string): void {
  if (root === "/") return;
  const { error, status, stderr } = spawnSync("unshare", [...powers(), "true"], {
    encoding: "utf8",
  });
  if (error === undefined && status === 0) return;
  const reason = error === undefined ? stderr.trim() : error.message;
  throw new CommandError(
    ownId() === undefined
      ? `${root} can be entered only in a mount namespace, which root gets none of here: ${reason}`
      : `${root} can be entered only by root, or where user namespaces are allowed, which this machine forbids: ${reason}`,
    NOT_RUNNABLE,
  );
}

/** Where a file may be that the kernel's list of a process inside the tree names, as seen from outside. */
export function pathsOutside(root: string, path: string): readonly string[] {
  const newRoot = join(root, NEW_ROOT);
  if (root === "/" || !path.startsWith(`${newRoot}/`)) return [path];
  const inside = path.slice(newRoot.length);
  return [join(root, inside), inside];
}

/** Whose the program is to be: undefined for root, who stays what he is. */
function ownId(): { readonly user: number; readonly group: number } | undefined {
  const user = process.getuid?.() ?? 0;
  return user === 0 ? undefined : { user, group: process.getgid?.() ?? user };
}

/** The words for unshare(1) that give this process the power to mount. */
export function powers(): readonly string[] {
  return [...(ownId() === undefined ? [] : USER_NAMESPACE), ...MOUNT_NAMESPACE];
}

/**
 * The words that enter a tree, up to its name. An ordinary user becomes himself again, in a second namespace:
 * programs take root's name in paths that all users share (wine: the folder of its server's socket).
 */
function enteringAs(id: ReturnType<typeof ownId>): string {
  return id === undefined
    ? "chroot "
    : `unshare --user --map-user=${id.user} --map-group=${id.group} --root=`;
}
