/**
 * A wine of an unpacked tree, run by an ordinary user: in user namespaces, and where there are none. When the tests run
 * as root, that is the user `nobody`.
 */

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { enclosed } from "../../cli/wine/enclosure.ts";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { whyNoWine } from "./session.ts";

const NOBODY = 65534;
const asUser =
  process.getuid?.() === 0
    ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"]
    : ["env"];
const user = process.getuid?.() === 0 ? NOBODY : process.getuid?.();
const home = mkdtempSync(join(tmpdir(), "wine-ld-user-"));
if (user !== undefined) chownSync(home, user, -1);
const COMMAND = [process.execPath, join(root, "cli/wine-ld.js"), "wine", "--provision"];
const MINUTES = 60_000;

/** Runs a command line as an ordinary user with a home of his own. */
function run(words: readonly string[], seconds = 300) {
  const [command = "", ...args] = words;
  const { HOME: _, XDG_CACHE_HOME: __, WINEPREFIX: ___, DISPLAY: ____, ...rest } = process.env;
  return spawnSync(command, args, {
    cwd: home,
    encoding: "utf8",
    env: { ...rest, HOME: home, WINEDEBUG: "fixme-all" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: seconds * 1000,
  });
}

const missing = whyNoWine();
const unreadable = run([...asUser, "test", "-r", COMMAND[1] ?? ""]).status !== 0;
const forbidden = run([...asUser, "unshare", "--user", "--map-root-user", "--mount", "true"]);
const why =
  missing ??
  (unreadable ? "another user cannot read this folder" : undefined) ??
  (forbidden.status === 0 ? undefined : `no user namespaces: ${forbidden.stderr}`);
if (why !== undefined) console.warn(`SKIPPED wine of an ordinary user: ${why}`);

describe.skipIf(why !== undefined)("an ordinary user", () => {
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("is himself inside of a tree, and sees the machine's folders", () => {
    const where = {
      command: "/bin/sh",
      args: ["-c", 'echo "$(id -u) $(pwd)"; ls /proc/self/maps'],
    };
    const { args } = enclosedAsUser(where);
    expect(run([...asUser, ...args]).stdout).toBe(`${user} ${home}\n/proc/self/maps\n`);
  });

  it(
    "runs a Windows program with the provisioned wine, and has a prefix of his own",
    () => {
      const { status, stdout } = run([...asUser, ...COMMAND, "cmd", "/c", "ver"]);
      expect(stdout).toContain("Microsoft Windows");
      expect(status).toBe(0);
      expect(statSync(join(home, ".wine/system.reg")).uid).toBe(user);
      expect(readFileSync(join(home, ".wine/system.reg"), "utf8")).toContain("WINE REGISTRY");
    },
    6 * MINUTES,
  );

  it("is told when the machine forbids user namespaces", () => {
    // One more namespace may be made, for the user to be nobody's in; none in that one.
    const limit =
      'echo 1 > /proc/sys/user/max_user_namespaces || exit 99; exec unshare --user "$@"';
    chmodSync(home, 0o755);
    const inside = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh"];
    const { status, stderr } = run([...asUser, ...inside, ...COMMAND, "--version"]);
    expect(stderr).toMatch(
      /can be entered only by root, or where user namespaces are allowed, which this machine forbids: unshare/,
    );
    expect(status).toBe(126);
  });
});

/** What the command would run for the user, whom this process may not be. */
function enclosedAsUser(inner: Parameters<typeof enclosed>[2]) {
  const code = `import { enclosed } from ${JSON.stringify(join(root, "cli/wine/enclosure.ts"))};
    console.log(JSON.stringify(enclosed(...JSON.parse(process.argv[1]))));`;
  const parameters = JSON.stringify([provisionedTree(), home, inner]);
  const tsx = ["--import", join(root, "node_modules/tsx/dist/loader.mjs")];
  const { stdout, stderr } = run([
    ...asUser,
    process.execPath,
    ...tsx,
    "--input-type=module",
    "-e",
    code,
    parameters,
  ]);
  if (stdout === "") throw new Error(stderr);
  const { command, args } = JSON.parse(stdout);
  return { args: [command, ...args] as readonly string[] };
}
