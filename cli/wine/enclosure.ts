/**
 * Running a program inside an unpacked tree: a mount namespace of its own, the machine's folders bound into
 * the tree, then chroot. Needs root, or a kernel that lets everybody make user namespaces. Knows nothing of
 * wine.
 */

import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

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

/** Binds each of the named folders, enters the tree, and goes where the caller was if that is there too. */
const SCRIPT = `
root=$1; folders=$2; where=$3; shift 3
for folder in $folders; do
  mount --rbind "/$folder" "$root/$folder" || exit 126
done
exec chroot "$root" /bin/sh -c 'cd "$0" 2>/dev/null || cd /; exec "$@"' "$where" "$@"
`;

/**
 * The command that runs a program inside `root`; the program itself when that is "/".
 * @param where working folder
 */
export function enclosed(root: string, where: string, inner: Invocation): Invocation {
  if (root === "/") return inner;
  const folders = readdirSync("/").filter(
    (name) => !OWN.includes(name) && statSync(join("/", name)).isDirectory(),
  );
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) mkdirSync(join(root, folder));
  }
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const script = ["sh", "-c", SCRIPT, "sh", root, folders.join(" "), where];
  return {
    command: "unshare",
    args: [
      ...asRoot,
      "--mount",
      "--propagation",
      "private",
      ...script,
      inner.command,
      ...inner.args,
    ],
  };
}
