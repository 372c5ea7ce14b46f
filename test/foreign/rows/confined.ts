/** Programs that put themselves, or their unprivileged children, behind a filter of system calls that kills. */
import type { Row } from "../row.ts";

const SSH =
  "-F none -i key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

/** The child that speaks to a client before it has logged in lives behind a filter. */
const sshd = [
  // The folder for its empty root, on a file system that ends with this script's namespace.
  "mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/sshd",
  "ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f key",
  'printf "HostKey $PWD/host\\nAuthorizedKeysFile $PWD/key.pub\\nStrictModes no\\nUsePAM no\\n" > conf',
  "printf 'ListenAddress 127.0.0.1\\nPort 2222\\n' >> conf",
  '/usr/sbin/sshd -D -f "$PWD/conf" -E log -o LogLevel=DEBUG1 & pid=$!',
  "for i in $(seq 50); do grep -q listening log && break; sleep 0.1; done",
  `for i in 1 2 3; do timeout 20 ssh ${SSH} -p 2222 root@127.0.0.1 'echo in $((6*7))'; done`,
  "kill $pid",
].join("\n");

const tor = [
  ": > torrc; mkdir -m 700 data",
  'timeout -s INT 6 tor -f torrc --DataDirectory "$PWD/data" --Sandbox 1 --DisableNetwork 1 --SocksPort 0 > log 2>&1',
  "grep -o 'Interrupt: exiting cleanly\\|Catching signal INT' log",
].join("\n");

const chrony = [
  "printf 'pidfile %s/pid\\nbindcmdaddress /\\ncmdport 0\\nport 11123\\nlocal stratum 10\\nallow 127.0.0.1\\n' \"$PWD\" > conf",
  'timeout 3 chronyd -d -x -F 1 -u root -f "$PWD/conf" > log 2>&1',
  "grep -o 'Loaded seccomp filter\\|chronyd exiting' log",
].join("\n");

export const confined: Row = {
  name: "confined by themselves",
  packages: ["openssh-server", "openssh-client", "tor", "chrony"],
  part: "short",
  tests: [
    { name: "sshd", command: sshd, expects: /^(?:in 42\n){3}$/ },
    { name: "tor", command: tor, expects: /exiting cleanly|Catching/ },
    { name: "chronyd", command: chrony, expects: /^Loaded seccomp filter\nchronyd exiting\n$/ },
  ],
};
