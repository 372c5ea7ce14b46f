/** Which folders of a machine are shown inside an unpacked tree, and how: on machines and trees made up for it. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { isBelowTrees, planTree, type Step } from "../../cli/wine/tree-plan.ts";

const place = realpathSync(mkdtempSync(join(tmpdir(), "wine-ld-plan-")));
const machine = join(place, "machine");
const tree = join(place, "tree");
afterAll(() => rmSync(place, { recursive: true }));

/** Makes files (names with a dot), folders, and links ("a -> b"). */
function make(root: string, ...entries: readonly string[]): void {
  for (const entry of entries) {
    const [path = "", target] = entry.split(" -> ");
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (target !== undefined) symlinkSync(target, file);
    else if (/\.\w+$/.test(path)) writeFileSync(file, "");
    else mkdirSync(file, { recursive: true });
  }
}

beforeEach(() => {
  for (const root of [machine, tree]) rmSync(root, { recursive: true, force: true });
  make(tree, "usr/bin/true.x", "usr/share/wine/nls.nls", "usr/lib/libc.so", "etc/passwd.txt");
  make(tree, "bin -> usr/bin", "lib -> usr/lib", "var/cache/fonts.x", "var/lib/xkb", "tmp", "proc");
  make(machine, "usr/bin", "usr/share/wine", "usr/share/games/one", "etc/wine", "lib -> usr/lib");
  make(machine, "usr/lib/games", "var/lib/jenkins", "tmp", "proc", "boot");
});

/** What is seen at a path: where that comes from, or "nothing". */
function seenAt(steps: readonly Step[], path: string): string {
  const step = steps.find(
    (candidate) => candidate.make !== "folder" && `${path}/`.startsWith(`${candidate.at}/`),
  );
  if (step === undefined) return "nothing";
  if (step.make === "link")
    return seenAt(steps, join(dirname(step.at), step.target, path.slice(step.at.length)));
  return step.make === "bind" ? join(step.from, path.slice(step.at.length)) : "";
}
const plan = (...paths: readonly string[]) =>
  planTree(
    machine,
    tree,
    paths.map((path) => ({ name: "HOME", path, remedy: "take another" })),
  );

describe("inside a tree", () => {
  it("its own folders and all others of the machine are seen", () => {
    make(machine, "home/me", "data -> usr/share/games");
    const steps = plan();
    expect(seenAt(steps, "/usr/bin")).toBe(join(tree, "usr/bin"));
    expect(seenAt(steps, "/bin/true.x")).toBe(join(tree, "usr/bin/true.x"));
    expect(seenAt(steps, "/home/me")).toBe(join(machine, "home/me"));
    expect(seenAt(steps, "/boot")).toBe("nothing");
    // The tree's usr is put together anew, as a link of the machine leads there.
    expect(seenAt(steps, "/usr/share/games/one")).toBe(join(machine, "usr/share/games/one"));
    expect(seenAt(steps, "/usr/share/wine/nls.nls")).toBe(join(tree, "usr/share/wine/nls.nls"));
  });

  it("the homes of Fedora Atomic are seen by both of their names", () => {
    make(machine, "var/home/me/games", "home -> var/home", "var/opt/game", "opt -> var/opt");
    for (const steps of [plan(), plan("/home/me"), plan("/var/home/me/games")]) {
      for (const path of ["/home/me/games", "/var/home/me/games"]) {
        expect(realpathSync(seenAt(steps, path))).toBe(join(machine, "var/home/me/games"));
      }
      expect(seenAt(steps, "/var/opt/game")).toBe(join(machine, "var/opt/game"));
      expect(seenAt(steps, "/var/lib/xkb")).toBe(join(tree, "var/lib/xkb"));
    }
  });

  it.each([
    ["/var/lib/jenkins", "/var/lib/xkb"],
    ["/usr/share/games/one", "/usr/share/wine/nls.nls"],
    ["/etc/wine", "/etc/passwd.txt"],
    ["/usr/lib/games", "/usr/lib/libc.so"],
  ])("%s is seen beside the tree's %s", (path, own) => {
    const steps = plan(path);
    expect(seenAt(steps, path)).toBe(join(machine, path));
    expect(seenAt(steps, own)).toBe(join(tree, own));
  });

  it("a folder that is reached through links is seen by each of their names", () => {
    make(
      machine,
      "usr/people -> share/people",
      "usr/share/people/me",
      "home/me -> ../usr/people/me",
    );
    const steps = plan("/home/me");
    for (const path of ["/usr/people/me", "/usr/share/people/me"]) {
      expect(realpathSync(seenAt(steps, path))).toBe(join(machine, "usr/share/people/me"));
    }
    expect(isBelowTrees(machine, "/home/me")).toBe(true);
    expect(isBelowTrees(machine, "/tmp")).toBe(false);
  });

  it("a folder below a link that both have is seen where that leads", () => {
    expect(seenAt(plan("/lib/games"), "/lib/games")).toBe(join(machine, "usr/lib/games"));
  });

  it("a file is seen with its folder, or alone where the tree has one of that name", () => {
    make(machine, "usr/share/games/one/game.exe", "etc/policy.txt");
    const steps = plan("/usr/share/games/one/game.exe", "/etc/policy.txt");
    expect(steps).toContainEqual({
      make: "bind",
      at: "/etc/policy.txt",
      from: join(machine, "etc/policy.txt"),
      file: true,
    });
    expect(seenAt(steps, "/usr/share/games/one")).toBe(join(machine, "usr/share/games/one"));
  });

  it.each(["/usr", "/usr/share", "/etc", "/var/cache", "/usr/share/wine"])(
    "the machine's %s is not, and that is said",
    (path) => {
      make(machine, path.slice(1));
      expect(() => plan(path)).toThrow(
        `HOME ${path} cannot be used with the wine in ${tree}, which has a ${path} of its own: take another`,
      );
      const without = planTree(machine, tree, [{ name: "", path }]);
      expect(without).toEqual(plan());
    },
  );

  it("what is not there is said, and links to nowhere or in circles are passed over", () => {
    make(machine, "gone -> nowhere", "round -> round", "home/loop -> loop");
    expect(() => plan("/home/none")).toThrow("HOME /home/none is not there: take another");
    expect(
      planTree(machine, tree, [
        { name: "", path: "/home/loop" },
        { name: "", path: "/gone" },
      ]),
    ).toEqual(plan());
  });
});
