/** Starts of set-user-id programs that need more than another user: closed descriptors, trusted libraries. */
import { basename } from "node:path";
import type { Command } from "./run.ts";

export interface SecureStart {
  /** Which of descriptors 0, 1 and 2 are closed; standard output of the run is descriptor 9 then. */
  readonly closed?: readonly number[];
  /** Files put into a folder that every linker trusts, in a mount namespace of the run's own. */
  readonly trusted?: readonly { readonly path: string; readonly setuid: boolean }[];
}

/** The reason why set-user-id programs cannot be run here, or undefined. */
export function whyNotSecure(): string | undefined {
  return process.getuid?.() === 0 ? undefined : "only root can make a set-user-id program";
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Folder that glibc trusts on every architecture. */
const trustedFolder = "/usr/lib";

/** A folder in memory, laid over the trusted one. */
function trustLines(files: NonNullable<SecureStart["trusted"]>): readonly string[] {
  return [
    "room=$(mktemp -d) && mount -t tmpfs none $room && mkdir $room/upper $room/work",
    `mount -t overlay overlay -o lowerdir=${trustedFolder},upperdir=$room/upper,workdir=$room/work ${trustedFolder}`,
    ...files.flatMap(({ path, setuid }) => {
      const place = `${trustedFolder}/${basename(path)}`;
      return [`cp ${quote(path)} ${place}`, `chmod ${setuid ? "4755" : "755"} ${place}`];
    }),
    "umount -l $room; rmdir $room",
  ];
}

/**
 * The same command with what it needs around it. Variables that a linker hears are set for the command
 * alone, not for the shell and the tools that start it.
 */
export function secureCommand(command: Command, needs: SecureStart): Command {
  const { PATH = "/usr/bin:/bin", ...own } = command.environment;
  const variables = Object.entries(own).map(([name, value]) => quote(`${name}=${value}`));
  const user = command.user ?? 65534;
  const closing = (needs.closed ?? []).map((fd) => `${fd}>&-`).join(" ");
  const lines = [
    "set -e",
    ...(needs.trusted === undefined ? [] : trustLines(needs.trusted)),
    ...(needs.closed === undefined ? [] : ["exec 9>&1"]),
    `exec setpriv --reuid ${user} --regid ${user} --clear-groups env ${variables.join(" ")} ` +
      `${[command.file, ...command.arguments].map(quote).join(" ")} ${closing}`,
  ];
  const { user: _user, ...rest } = command;
  return {
    ...rest,
    file: "unshare",
    arguments: ["--mount", "sh", "-c", lines.join("\n")],
    environment: { PATH },
  };
}
