/**
 * Running a program inside an unpacked tree: a mount namespace of its own, the machine's folders bound into
 * the tree, then chroot. Needs root, or a kernel that lets everybody make user namespaces. Knows nothing of
 * wine.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";

/** A command line. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
}

/** Folders that the tree has itself. */
const OWN = [
  "bin",
  "boot",
  "etc",
  "lib",
  "lib32",
  "lib64",
  "libx32",
  "lost+found",
  "sbin",
  "usr",
  "var",
];

/** Binds each of the named folders, enters the tree (by the words in $enter), and goes where the caller was. */
const SCRIPT = `
root=$1; folders=$2; where=$3; enter=$4; shift 4
for folder in $folders; do
  mount --rbind "/$folder" "$root/$folder" || exit 126
done
exec $enter"$root" /bin/sh -c 'cd "$0" 2>/dev/null || cd /; exec "$@"' "$where" "$@"
`;

/** Gives the power to mount: what root has, everybody else has as root of a user namespace. */
const USER_NAMESPACE = ["--user", "--map-root-user"];
const MOUNT_NAMESPACE = ["--mount", "--propagation", "private"];

/**
 * The command that runs a program inside `root`; the program itself when that is "/".
 * @param where working folder
 */
export function enclosed(root: string, where: string, inner: Invocation): Invocation {
  if (root === "/") return inner;
  const folders = readdirSync("/").filter(
    (name) =>
      !OWN.includes(name) && statSync(join("/", name)).isDirectory() && hasFolder(root, name),
  );
  const words = ["sh", "-c", SCRIPT, "sh", root, folders.join(" "), where, enteringAs(ownId())];
  return {
    command: "unshare",
    args: [...powers(), ...words, inner.command, ...inner.args],
  };
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
    126,
  );
}

/** Whose the program is to be: undefined for root, who stays what he is. */
function ownId(): { readonly user: number; readonly group: number } | undefined {
  const user = process.getuid?.() ?? 0;
  return user === 0 ? undefined : { user, group: process.getgid?.() ?? user };
}

function powers(): readonly string[] {
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

/** Whether the tree has a folder to bind to. Somebody else's tree cannot be given one. */
function hasFolder(root: string, name: string): boolean {
  try {
    if (!existsSync(join(root, name))) mkdirSync(join(root, name));
    return true;
  } catch {
    return false;
  }
}
