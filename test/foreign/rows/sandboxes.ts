/**
 * Sandboxes as systemd makes them: filters that refuse or kill, memory that is either written or executed, folders
 * that are not there. What runs inside has threads, libraries that it opens, and a child.
 */
import type { ForeignTest, Row } from "../row.ts";

const SAYS = /^\[1\]\nchild\ndone\n$/m;

/** inside.py makes sure that it is in a sandbox, and that one with a filter has it. */
const sandbox = (wrapper: string, options: string): ForeignTest => {
  const hasFilter = /seccomp|memory-deny|protocol/.test(options);
  return {
    name: `${wrapper} ${options}`,
    command: `${wrapper} ${options} python3 "$SOURCES/inside.py" ${hasFilter ? "filtered" : "enclosed"}`,
    expects: SAYS,
  };
};

/** Sees the test's sources wherever /tmp is another. */
const SOURCES = '--ro-bind "$SOURCES" "$SOURCES"';

const BWRAP = [
  "--dev-bind / / --unshare-all",
  "--ro-bind / / --proc /proc --dev /dev --unshare-all --new-session --die-with-parent",
  `--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib32 /lib32 --symlink usr/lib64 /lib64 --symlink usr/bin /bin --ro-bind /etc /etc ${SOURCES} --unshare-all --clearenv --setenv PATH /usr/bin`,
  "--dev-bind / / --cap-drop ALL --unshare-user --uid 1234 --gid 1234",
];

const FIREJAIL = [
  "",
  "--memory-deny-write-execute",
  "--seccomp",
  "--seccomp --seccomp-error-action=kill",
  "--seccomp --seccomp-error-action=log",
  "--seccomp.drop=@debug,@obsolete,@raw-io,@reboot,personality --seccomp-error-action=kill",
  "--seccomp.drop=@debug,@obsolete,@raw-io,@reboot,personality,statx,sigaltstack",
  "--memory-deny-write-execute --seccomp --seccomp-error-action=kill --nonewprivs --caps.drop=all",
  "--seccomp.block-secondary",
  "--noexec=/tmp",
  "--private-dev --private-tmp --net=none",
  "--rlimit-as=600000000",
  "--rlimit-nofile=16",
  "--protocol=unix",
  "--nogroups --noroot",
];

export const sandboxes: readonly Row[] = [
  {
    name: "bubblewrap",
    packages: ["bubblewrap", "python3"],
    part: "short",
    isOrdinary: true,
    tests: BWRAP.map((options) => sandbox("bwrap", options)),
  },
  {
    name: "firejail",
    packages: ["firejail", "python3"],
    part: "short",
    isOrdinary: true,
    seesProcesses: true,
    tests: FIREJAIL.map((options) => sandbox("firejail --quiet --noprofile", options)),
  },
];
