/** A glibc that no module names: what `wine-ld build` makes of it when there is no debug information. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { adoptAbis, forsake } from "../../cli/adopt.ts";
import { allAbis } from "../../codegen/abi/index.ts";
import { root } from "../harness/linkers.ts";

const place = "lib/x86_64-linux-gnu";
/** The libraries of glibc, as their names begin. */
const glibc =
  /^(ld-linux|lib(c|m|mvec|dl|rt|pthread|util|thread_db|anl|resolv|nss_\w+|c_malloc_debug|BrokenLocale|pcprofile|memusage|nsl)[.-])/;

const folder = mkdtempSync(join(tmpdir(), "adopt-"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
vi.stubEnv("DEBUGINFOD_URLS", "");

/** This machine's glibc without its debug information. */
const system = join(folder, "system");
mkdirSync(join(system, place), { recursive: true });
for (const name of readdirSync(join("/", place)).filter((one) => glibc.test(one)))
  cpSync(join("/", place, name), join(system, place, name), { dereference: true });

/** The checkout with a list of local builds of its own. */
const checkout = join(folder, "checkout");
mkdirSync(checkout);
for (const name of readdirSync(root).filter((one) => !["build", "dist", ".git"].includes(one)))
  symlinkSync(join(root, name), join(checkout, name));

const version = /release version (\d+\.\d+)/.exec(
  readFileSync(join(system, place, "libc.so.6"), "latin1"),
)?.[1];
const own = allAbis.find((abi) => abi.arch === "x86_64" && abi.version === version);

const request = { system, root: checkout, progress: () => {} };

describe.skipIf(own === undefined)("a glibc that no module names, without debug info", () => {
  test("is taken on by the module of its version, when every check passes", async () => {
    const modules = allAbis.map((abi) => (abi === own ? { ...abi, builds: [] } : abi));
    const [adopted] = await adoptAbis({ ...request, modules }, ["x86_64"]);
    expect(adopted?.abi.id).toBe(own?.id);
    expect(adopted?.fresh?.libcBuildId).toMatch(/^[0-9a-f]{40}$/);
    const notes = join(checkout, "build/local-builds.json");
    expect(readFileSync(notes, "utf8")).toContain(adopted?.fresh?.libcBuildId);
    const [again] = await adoptAbis({ ...request, modules }, ["x86_64"]);
    expect(again?.fresh).toBeUndefined();
    if (adopted?.fresh !== undefined) forsake(checkout, adopted.fresh);
    expect(readFileSync(notes, "utf8")).not.toContain(adopted?.fresh?.libcBuildId);
  });

  test("is not taken on by a module of another version, when nothing may be imported", async () => {
    const modules = allAbis.filter((abi) => abi !== own);
    const alone = { ...request, modules, mayImport: false };
    await expect(adoptAbis(alone, ["x86_64"])).rejects.toThrow(/: no module is of its version$/);
  });

  test("is refused when the nearest module does not fit, and told why", async () => {
    const modules = allAbis.filter((abi) => abi !== own);
    await expect(adoptAbis({ ...request, modules }, ["x86_64"])).rejects.toThrow(
      /^there can be no linker for glibc 2\.\d+ \(x86_64\): it cannot be imported: .*debug.*; it does not fit glibc-2\.\d+-x86_64: /s,
    );
  });
});
