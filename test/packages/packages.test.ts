/** What is given to others: the same bytes twice, installed below a folder, used without Node, taken away again. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { abiById } from "../../codegen/abi/index.ts";
import { parseElf, sectionNamed } from "../../codegen/elf.ts";
import { dynamicSymbols } from "../../codegen/elf-symbols.ts";
import { listFiles } from "../../codegen/source-tree.ts";
import { makePackages } from "../../packaging/make.ts";
import { root, whyNotComparable } from "../harness/linkers.ts";

const folder = mkdtempSync(join(tmpdir(), "wine-ld-packages-"));
const [first, second] = [join(folder, "first"), join(folder, "second")];
const hasDebianTools = spawnSync("dpkg-buildpackage", ["--version"]).status === 0;
const hasClang = ["clang", "ld.lld", "make"].every(
  (tool) => spawnSync(tool, ["--version"]).status === 0,
);
const kinds = ["tar", "source", ...(hasDebianTools ? ["deb"] : [])];
const unpacked = join(folder, "unpacked");
const installed = join(folder, "installed");
const name = (kind: RegExp) => readdirSync(first).find((file) => kind.test(file)) ?? "none";

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(whyNotComparable("x86_64") === undefined)("packages", () => {
  beforeAll(async () => {
    const abis = ["glibc-2.36-x86_64"].flatMap((id) => abiById(id) ?? []);
    for (const out of [first, second]) await makePackages({ root, out, abis, kinds });
    mkdirSync(unpacked);
    execFileSync("tar", ["-C", unpacked, "-xJf", join(first, name(/^wine-ld-[\d.]+\.tar\.xz$/))]);
    const script = join(unpacked, readdirSync(unpacked)[0] ?? "", "install.sh");
    execFileSync(script, { env: { ...process.env, DESTDIR: installed, PREFIX: "/usr" } });
  }, 300_000);

  it("are the same bytes twice", () => {
    const files = readdirSync(first).sort();
    expect(files).toHaveLength(hasDebianTools ? 5 : 3);
    expect(readdirSync(second).sort()).toEqual(files);
    for (const file of files)
      expect(readFileSync(join(first, file)).equals(readFileSync(join(second, file))), file).toBe(
        true,
      );
  });

  it("hold nothing of the machine that made them", () => {
    const text = (path: string) => readFileSync(join(installed, "usr", path), "latin1");
    for (const path of listFiles(join(installed, "usr"))) expect(text(path)).not.toContain(root);
  });

  it("have what is promised", () => {
    const paths = listFiles(join(installed, "usr"));
    for (const path of [
      "include/wine-ld.h",
      "share/pkgconfig/wine-ld.pc",
      "share/man/man1/wine-ld.1",
      "share/man/man8/ld-wine.8",
      "share/man/man5/wine-ld.policy.5",
      "share/bash-completion/completions/wine-ld",
      "share/zsh/vendor-completions/_wine-ld",
      "share/fish/vendor_completions.d/wine-ld.fish",
      "share/wine-ld/policies/wine.policy",
    ])
      expect(paths).toContain(path);
    const linker = parseElf(
      readFileSync(join(installed, "usr/lib/wine-ld/dist/glibc-2.36-x86_64/ld-linux-x86-64.so.2")),
    );
    expect(sectionNamed(linker, ".debug_info")).toBeUndefined();
    const page = readFileSync(join(installed, "usr/share/man/man1/wine-ld.1"), "utf8");
    for (const word of ["wine\\-ld run", "wine\\-ld launcher", "\\-\\-refresh"])
      expect(page).toContain(word);
    expect(page).not.toContain("wine\\-ld lint");
    expect(readFileSync(join(installed, "usr/share/man/man8/ld-wine.8"), "utf8")).toContain(
      "WINE_LD_POLICY",
    );
    expect(readFileSync(join(installed, "usr/share/man/man5/wine-ld.policy.5"), "utf8")).toContain(
      "zone NAME LOW HIGH",
    );
  });

  it("have the policies as the linker has them", () => {
    const policy = join(installed, "usr/share/wine-ld/policies/compact.policy");
    const source = join(root, "templates/policies/compact.policy");
    expect(readFileSync(policy, "utf8")).toBe(readFileSync(source, "utf8"));
    const linker = join(root, "dist/glibc-2.36-x86_64/ld-linux-x86-64.so.2");
    expect(spawnSync(linker, ["/bin/true"], { env: { WINE_LD_POLICY: policy } }).status).toBe(0);
  });

  /** The installed command, with an environment that has no checkout in it. */
  const command = (args: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
    spawnSync(join(installed, "usr/bin/wine-ld"), args, {
      encoding: "utf8",
      cwd: "/",
      env: { PATH: process.env["PATH"], HOME: folder, ...variables },
    });

  it("run programs without Node", () => {
    const { status, stdout, stderr } = command(["run", "cat", "/proc/self/maps"], {
      NODE: "/none",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`${installed}/usr/lib/wine-ld/dist/`);
  });

  it("have a command that needs nothing but Node", () => {
    expect(command(["abi", "list"])).toMatchObject({ status: 0, stderr: "" });
    expect(command(["doctor"]).stdout).not.toContain("npm");
    expect(command(["build"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown command 'build'"),
    });
    const root = join(folder, "system");
    for (const path of [
      "usr/bin/true",
      "lib64/ld-linux-x86-64.so.2",
      "lib/x86_64-linux-gnu/libc.so.6",
      "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    ])
      cpSync(`/${path}`, join(root, path), { dereference: true, recursive: true });
    expect(command(["install", "--root", root, join(root, "usr/bin/true")])).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(command(["status", "--root", root])).toMatchObject({ status: 0, stderr: "" });
  });

  it("can be taken away", () => {
    const script = join(unpacked, readdirSync(unpacked)[0] ?? "", "install.sh");
    execFileSync(script, ["remove"], {
      env: { ...process.env, DESTDIR: installed, PREFIX: "/usr" },
    });
    expect(listFiles(installed)).toEqual([]);
    expect(existsSync(join(installed, "usr/bin/wine-ld"))).toBe(false);
  });

  it.runIf(hasDebianTools)("are Debian's where Debian's tools are", () => {
    const deb = join(first, name(/^wine-ld_.*\.deb$/));
    const listing = execFileSync("dpkg-deb", ["-c", deb], { encoding: "utf8" });
    expect(listing).toContain("./usr/bin/wine-ld -> ../lib/wine-ld/cli/wine-ld");
    expect(listing).not.toMatch(/^\S+ (?!root\/root)/m);
    const files = execFileSync("dpkg-deb", ["-I", deb], { encoding: "utf8" });
    for (const file of ["postinst", "prerm", "triggers", "md5sums"]) expect(files).toContain(file);
  });

  it.runIf(hasClang)("make the same linker out of C alone", () => {
    execFileSync("tar", ["-C", folder, "-xJf", join(first, name(/^wine-ld-c-/))]);
    const source = join(folder, readdirSync(folder).find((file) => /^wine-ld-c-/.test(file)) ?? "");
    const staged = join(folder, "staged");
    const words = ["-C", source, "-j2", "-s", "install", `DESTDIR=${staged}`, "PREFIX=/usr"];
    const { status, stderr } = spawnSync("make", words, { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const abi = abiById("glibc-2.36-x86_64");
    const id = abi?.builds[0]?.libcBuildId ?? "";
    const linker = join(staged, "usr/lib/wine-ld/dist/by-build-id", id, abi?.soname ?? "");
    const { stdout } = spawnSync(linker, ["/bin/cat", "/proc/self/maps"], { encoding: "utf8" });
    expect(stdout).toContain(`${staged}/usr/lib/wine-ld/dist/`);
    const exported = (path: string) =>
      dynamicSymbols(parseElf(readFileSync(path)))
        .map((symbol) => `${symbol.name}@${symbol.version}`)
        .sort();
    expect(exported(linker)).toEqual(
      exported(join(root, "dist/glibc-2.36-x86_64", abi?.soname ?? "")),
    );
  });
});
