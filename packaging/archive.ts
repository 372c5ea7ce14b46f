/** Archives that are the same bytes for the same files. */
import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";

/**
 * A tar.xz of a folder.
 * @param time of everything in it, in seconds since 1970
 */
export function archive(folder: string, file: string, time: number): void {
  const same = [
    ...["--sort=name", `--mtime=@${time}`, "--owner=0", "--group=0", "--numeric-owner"],
    ...["--mode=u+rwX,go+rX,go-w", "--format=gnu"],
  ];
  const environment = { ...process.env, LC_ALL: "C", XZ_OPT: "-6 -T1" };
  const words = ["-C", dirname(folder), ...same, "-cJf", file, basename(folder)];
  execFileSync("tar", words, { env: environment, stdio: "inherit" });
}
