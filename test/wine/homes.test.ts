/**
 * A provisioned wine whose user has his home, prefix, cache, working folder and checkout below folders that wine's tree
 * has itself: as root and as an ordinary user. What lies there is bound to in a mount namespace of each command.
 */

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { windowsProgram } from "./programs.ts";
import { whyNoWine } from "./session.ts";

const MINUTES = 60_000;
const NOBODY = 65534;
/** Folders that every Debian machine has and the tree's folders hide; and one that they do not. */
const BASES = ["/var/opt", "/usr/src", "/etc/opt", "/opt"] as const;
const USERS = ["root", "nobody"] as const;
type User = (typeof USERS)[number];

const missing =
  whyNoWine() ??
  (process.getuid?.() === 0 ? undefined : "needs root") ??
  (spawnSync("setpriv", [`--reuid=${NOBODY}`, "test", "-r", join(root, "cli/wine-ld.js")])
    .status === 0
    ? undefined
    : "another user cannot read this folder") ??
  (spawnSync("setpriv", [`--reuid=${NOBODY}`, "unshare", "--user", "--mount", "true"]).status === 0
    ? undefined
    : "no user namespaces");
if (missing !== undefined) console.warn(`SKIPPED homes below folders of wine's tree: ${missing}`);

describe.skipIf(missing !== undefined)("with a provisioned wine", () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "wine-ld-homes-")));
  const tree = missing === undefined ? realpathSync(provisionedTree()) : "";
  const folderOf = (user: User) => join(place, user);
  beforeAll(() => {
    chmodSync(place, 0o755);
    for (const user of USERS) {
      for (const name of ["home", "cache", "prefix", "work", "checkout", "programs"]) {
        mkdirSync(join(folderOf(user), name), { recursive: true });
      }
      cpSync(windowsProgram("hello.c", "32"), join(folderOf(user), "programs/hello.exe"));
      for (const name of ["", "home", "cache", "prefix", "work"])
        chownSync(join(folderOf(user), name), user === "root" ? 0 : NOBODY, -1);
    }
  }, 10 * MINUTES);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  /** Runs `wine-ld wine --provision` where the user's folders are seen at `base`, and the checkout below them. */
  function run(
    user: User,
    base: string,
    args: readonly string[],
    change: {
      readonly where?: string;
      readonly environment?: Readonly<Record<string, string>>;
    } = {},
  ) {
    const words = [
      ...(user === "root"
        ? []
        : ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"]),
      ...["sh", "-c", 'cd "$0" && exec "$@"', change.where ?? `${base}/work`],
      ...[process.execPath, `${base}/checkout/cli/wine-ld.js`, "wine", "--provision", ...args],
    ];
    const script = `mount --bind ${folderOf(user)} ${base} && mount --rbind ${root} ${base}/checkout && exec "$@"`;
    return spawnSync(
      "unshare",
      ["--mount", "--propagation", "private", "sh", "-c", script, "sh", ...words],
      {
        encoding: "utf8",
        cwd: "/",
        env: {
          PATH: process.env["PATH"],
          HOME: `${base}/home`,
          XDG_CACHE_HOME: `${base}/cache`,
          WINEPREFIX: `${base}/prefix`,
          WINEDEBUG: "-all",
          ...change.environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 8 * MINUTES,
      },
    );
  }

  describe.each(USERS)("%s", (user) => {
    it.each(BASES)(
      "runs programs with all his folders below %s, and is where he was",
      (base) => {
        const folder = run(user, base, ["cmd", "/c", "cd & set WINEPREFIX"]);
        const lines = folder.stdout.replaceAll("\r", "").split("\n");
        expect(lines, folder.stderr).toContain(`Z:${base}/work`.replaceAll("/", "\\"));
        expect(lines).toContain(`WINEPREFIX=${base}/prefix`);
        for (const program of [`${base}/programs/hello.exe`, "../programs/hello.exe"]) {
          const { status, stdout } = run(user, base, [program, "a"]);
          expect(stdout).toContain("hello from 32 bits with 1 arguments: a");
          expect(status).toBe(7);
        }
      },
      10 * MINUTES,
    );

    it.each(["/usr/share", "/etc", "/var/lib"])("is told that he cannot work in %s", (where) => {
      const { status, stdout, stderr } = run(user, "/opt", ["cmd", "/c", "cd"], { where });
      expect(stderr).toBe(
        `wine-ld: the working folder ${where} cannot be used with the wine in ${treeAs("/opt")}, which has a ${where} of its own: start it in another folder\n`,
      );
      expect([status, stdout]).toEqual([1, ""]);
    });

    it.each([
      [
        { WINEPREFIX: "/usr/share/wine" },
        /^wine-ld: WINEPREFIX \/usr\/share\/wine cannot be used .* of its own: set WINEPREFIX to another folder\n$/,
      ],
      [
        { WINEPREFIX: "", HOME: "/nonexistent" },
        /^wine-ld: HOME is "\/nonexistent", which is no folder: set WINEPREFIX to a folder/,
      ],
      [
        { WINEPREFIX: "/none/prefix" },
        /^wine-ld: WINEPREFIX cannot be \/none\/prefix, as there is no folder \/none: set WINEPREFIX to another folder\n$/,
      ],
      [
        { XDG_CACHE_HOME: "/proc/none" },
        /^wine-ld: \/proc\/none\/wine-ld\/loaders cannot be made \(E\w+\): set XDG_CACHE_HOME to a folder/,
      ],
    ])("is told what is wrong with %j", (environment, sentence) => {
      const { status, stdout, stderr } = run(user, "/opt", ["cmd", "/c", "ver"], { environment });
      expect(stderr).toMatch(sentence);
      expect([status, stdout]).toEqual([1, ""]);
    });

    it("is told when the working folder is gone", () => {
      const gone = ["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh"];
      const command = [
        process.execPath,
        join(root, "cli/wine-ld.js"),
        "wine",
        "--provision",
        "cmd",
      ];
      const { status, stderr } = spawnSync(gone[0] ?? "", [...gone.slice(1), ...command], {
        encoding: "utf8",
        cwd: folderOf(user),
      });
      expect(stderr).toMatch(/the working folder is no longer there/);
      expect(status).toBe(1);
    });
  });

  /** The tree as the command names it when the checkout is seen below `base`. */
  function treeAs(base: string): string {
    return tree.startsWith(`${root}/`) ? tree.replace(root, `${base}/checkout`) : tree;
  }
});
