/**
 * What the linker says of itself and of the machine: --help, --version, --list-tunables and, field by
 * field of glibc's `struct cpu_features`, --list-diagnostics; with tunables that change the answer.
 */
import { describe, expect, it } from "vitest";
import { difference, normalise } from "../harness/compare.ts";
import type { Arch } from "../harness/elf.ts";
import { arches, linkerPath, type Role, whyNotComparable } from "../harness/linkers.ts";
import { type Outcome, run } from "../harness/run.ts";

/** Values of GLIBC_TUNABLES under which the reports are compared. */
const tunables = [
  "",
  "glibc.malloc.check=1:glibc.rtld.nns=99",
  "glibc.cpu.hwcaps=-AVX2,-AVX512F,Prefer_ERMS",
  "glibc.cpu.hwcaps=-XSAVEC,Slow_BSF,Slow_SSE4_2",
  "glibc.cpu.hwcaps=-XSAVE,-XSAVEC",
  "glibc.cpu.hwcaps=-OSXSAVE,-I686,-I586",
  "glibc.cpu.hwcaps=-SSE2,-AVX512BW,Avoid_Short_Distance_REP_MOVSB,Prefer_PMINUB_for_stringop,",
  "glibc.cpu.x86_non_temporal_threshold=0x9000",
  "glibc.cpu.x86_non_temporal_threshold=-1",
  "glibc.cpu.x86_rep_movsb_threshold=1",
  "glibc.cpu.x86_rep_movsb_threshold=0x5000:glibc.cpu.x86_rep_stosb_threshold=0",
  "glibc.cpu.x86_data_cache_size=123:glibc.cpu.x86_shared_cache_size=99",
  "glibc.cpu.hwcap_mask=0",
];

/** Lines of a report that differ by nature: addresses, paths of the build, the initial APIC id. */
const unequalLines =
  /^(auxv\[.*|path\.system_dirs.*|dl_dst_lib=.*|version\.(abi|release).*|.*features\[0x0\]\.cpuid\[0x1\]=.*)$/;

async function report(
  role: Role,
  arch: Arch,
  options: readonly string[],
  value: string,
): Promise<Outcome> {
  const linker = linkerPath(role, arch);
  const outcome = await run({
    file: linker,
    arguments: options,
    environment: {
      ...(value === "" ? {} : { GLIBC_TUNABLES: value }),
      MALLOC_ARENA_TEST: "3",
      HIDDEN: "1",
    },
    folder: "/",
    timeout: 20_000,
  });
  const lines = outcome.stdout.split("\n").filter((line) => !unequalLines.test(line));
  return normalise({ ...outcome, stdout: lines.join("\n") }, [{ find: linker, put: "<linker>" }]);
}

/** The linker's own lines in --help, and the default folders of a build for another place. */
function withoutOwnHelp(outcome: Outcome): Outcome {
  const stdout = outcome.stdout
    .replace(/\nThis is wine-ld\..*$/s, "")
    .replaceAll(/^ {2}\/.* \(system search path\)\n/gm, "");
  return { ...outcome, stdout };
}

const usageErrors: readonly (readonly string[])[] = [
  [],
  ["--unknown"],
  ["--"],
  ["--preload"],
  ["--help", "--x"],
];

for (const arch of arches) {
  describe.skipIf(whyNotComparable(arch) !== undefined)(`reports on ${arch}`, () => {
    const same = async (options: readonly string[], value = ""): Promise<string | undefined> =>
      difference(
        await report("reference", arch, options, value),
        await report("subject", arch, options, value),
      );

    for (const value of tunables) {
      it(`processor and tunables with "${value}"`, async () => {
        expect(await same(["--list-diagnostics"], value)).toBeUndefined();
        expect(await same(["--list-tunables"], value)).toBeUndefined();
        const help = [
          await report("reference", arch, ["--help"], value),
          await report("subject", arch, ["--help"], value),
        ];
        const [reference, subject] = help.map(withoutOwnHelp);
        expect(reference && subject && difference(reference, subject)).toBeUndefined();
      });
    }

    it("help tells of the linker's own variables", async () => {
      const { stdout } = await report("subject", arch, ["--help"], "");
      expect(stdout).toMatch(/^ {2}WINE_LD_POLICY/m);
    });

    it("version names the linker and the glibc it stands in for", async () => {
      const { stdout, status } = await report("subject", arch, ["--version", "--ignored"], "");
      expect(stdout).toMatch(/^wine-ld.* glibc \d\.\d+/);
      expect(status).toBe(0);
    });

    it("bad usage", async () => {
      for (const options of usageErrors)
        expect(await same(options), options.join(" ")).toBeUndefined();
    });
  });
}
