/** The Debian package's trigger, run by the real dpkg in a root of its own; and a wine outside of /usr, found. */

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { wineAt } from "../../cli/wine/locate.ts";
import { provisionedTree } from "../../cli/wine/provision.ts";
import { root } from "../harness/linkers.ts";
import { whyNoWine } from "./session.ts";

const usable = process.getuid?.() === 0 && spawnSync("dpkg", ["--version"]).status === 0;
if (!usable) console.warn("SKIPPED the dpkg trigger: needs dpkg and root");

const folder = mkdtempSync(join(tmpdir(), "wine-ld-trigger-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A package with what wine-ld's has for dpkg, or with nothing but a folder. */
function makePackage(name: string, version: string, scripts: boolean, inside: string): string {
  const work = join(folder, `${name}-${version}`);
  mkdirSync(join(work, "DEBIAN"), { recursive: true });
  mkdirSync(join(work, inside), { recursive: true });
  writeFileSync(join(work, inside, `${name}-file`), version);
  const fields = [`Package: ${name}`, `Version: ${version}`, "Architecture: all"];
  const rest = ["Maintainer: test <test@localhost>", "Description: test", ""];
  writeFileSync(join(work, "DEBIAN/control"), [...fields, ...rest].join("\n"));
  for (const part of scripts ? ["postinst", "prerm", "triggers"] : []) {
    const to = join(work, "DEBIAN", part);
    cpSync(join(root, "packaging/debian", `wine-ld.${part}`), to);
    chmodSync(to, part === "triggers" ? 0o644 : 0o755);
  }
  const file = `${work}.deb`;
  execFileSync("dpkg-deb", ["-b", work, file], { stdio: "ignore" });
  return file;
}

/** A root with a shell and a `wine-ld` that only notes what it is told. */
function makeRoot(): string {
  const place = join(folder, "root");
  for (const made of ["updates", "info", "triggers"]) {
    mkdirSync(join(place, "var/lib/dpkg", made), { recursive: true });
  }
  for (const made of ["var/lib/wine-ld", "bin", "usr/bin", "dev"])
    mkdirSync(join(place, made), { recursive: true });
  writeFileSync(join(place, "dev/null"), "");
  writeFileSync(join(place, "var/lib/dpkg/status"), "");
  writeFileSync(join(place, "var/lib/wine-ld/installed"), "");
  const libraries = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"];
  for (const [from, to] of [["/bin/sh", "/bin/sh"], ...libraries.map((path) => [path, path])]) {
    mkdirSync(dirname(join(place, to ?? "")), { recursive: true });
    cpSync(from ?? "", join(place, to ?? ""), { dereference: true });
  }
  writeFileSync(join(place, "usr/bin/wine-ld"), '#!/bin/sh\necho "$@" >> /calls\n', {
    mode: 0o755,
  });
  // The scripts ask whether there is one, and never start it themselves.
  writeFileSync(join(place, "usr/bin/node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return place;
}

describe.skipIf(!usable)("the dpkg trigger", () => {
  it("installs again after wine's package, and gives everything back before ours goes", () => {
    const place = makeRoot();
    const dpkg = (...words: readonly string[]) =>
      execFileSync("dpkg", [`--root=${place}`, "--force-depends", ...words], { stdio: "ignore" });
    const calls = () => readFileSync(join(place, "calls"), "utf8").split("\n").filter(Boolean);
    const refreshed = (times: number) => Array(times).fill("install --refresh");
    dpkg("-i", makePackage("wine-ld", "1", true, "usr/share"));
    expect(calls()).toEqual(refreshed(1)); // its own upgrade brings newer linkers
    dpkg("-i", makePackage("wine64", "1", false, "usr/lib/wine"));
    expect(calls()).toEqual(refreshed(2));
    dpkg("-i", makePackage("wine64", "2", false, "usr/lib/wine"));
    expect(calls()).toEqual(refreshed(3));
    dpkg("-r", "wine-ld");
    expect(calls().at(-1)).toBe("uninstall");
  });
});

describe.skipIf(whyNoWine() !== undefined)("a wine outside of /usr", () => {
  it.each(["bin", "files/bin", "dist/bin"])("is found by its folder, loaders in %s", (below) => {
    const home = join(folder, below.replace("/", "-"));
    mkdirSync(join(home, below), { recursive: true });
    for (const name of ["wine", "wine64"]) {
      cpSync(join(provisionedTree(), "usr/lib/wine", name), join(home, below, name));
    }
    const loaders = [
      { name: "wine", arch: "i386" },
      { name: "wine64", arch: "x86_64" },
    ];
    expect(wineAt(home)).toMatchObject({ root: "/", folder: join(home, below), loaders });
    expect(wineAt(join(home, below, "wine64"))?.first.name).toBe("wine64");
  });
});
