/**
 * Start-up time under wine-ld against glibc's ld.so, in pairs: `npx tsx bench/startup/run.ts [PAIRS]`.
 *
 * Both linkers are started directly ("LINKER PROGRAM"), so that nothing but the linker differs.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../test/harness/elf.ts";
import { arches, linkerPath, whyNotComparable, workFolder } from "../../test/harness/linkers.ts";
import { systemTree } from "../../test/harness/trees.ts";
import { type Pair, summarise } from "./statistics.ts";

interface Workload {
  readonly name: string;
  readonly command: readonly string[];
  /** Pairs, relative to the number asked for: slow programs need fewer. */
  readonly share: number;
}

const workloads: Readonly<Record<Arch, readonly Workload[]>> = {
  x86_64: [
    { name: "/bin/true", command: ["/bin/true"], share: 1 },
    { name: "bash -c :", command: ["/bin/bash", "-c", ":"], share: 1 },
    { name: "python3 -c pass", command: ["/usr/bin/python3", "-c", "pass"], share: 0.5 },
    { name: "gdb --version", command: ["/usr/bin/gdb", "--version"], share: 0.3 },
    { name: "ffmpeg -version", command: ["/usr/bin/ffmpeg", "-version"], share: 0.15 },
  ],
  i386: [
    { name: "/bin/true", command: ["$tree/bin/true"], share: 1 },
    { name: "bash -c :", command: ["$tree/bin/bash", "-c", ":"], share: 1 },
    { name: "gdb --version", command: ["$tree/usr/bin/gdb", "-nx", "--version"], share: 0.3 },
  ],
};

function buildDriver(): string {
  const path = join(workFolder, "paired");
  mkdirSync(workFolder, { recursive: true });
  const source = join(import.meta.dirname, "paired.c");
  execFileSync("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", path, source], {
    stdio: "inherit",
  });
  return path;
}

function measure(driver: string, arch: Arch, workload: Workload, count: number): readonly Pair[] {
  const tree = arch === "i386" ? systemTree("i386") : undefined;
  const path = tree === undefined ? [] : ["--library-path", tree.libraryPath.join(":")];
  const program = workload.command.map((word) => word.replace("$tree", tree?.root ?? ""));
  const side = (role: "reference" | "subject"): readonly string[] => [
    linkerPath(role, arch),
    ...path,
    ...program,
  ];
  const text = execFileSync(
    driver,
    [String(count), ...side("reference"), "--", ...side("subject")],
    {
      encoding: "utf8",
    },
  );
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number))
    .map(([reference = Number.NaN, subject = Number.NaN]) => ({ reference, subject }));
}

function main(): void {
  const asked = Number(process.argv[2] ?? 200);
  const driver = buildDriver();
  console.log(
    "microseconds, medians; ratio: median of the pairs' ratios [95 % interval], below 1 is faster than glibc",
  );
  for (const arch of arches) {
    const missing = whyNotComparable(arch);
    if (missing !== undefined) {
      console.log(`${arch}: skipped, ${missing}`);
      continue;
    }
    for (const workload of workloads[arch]) {
      const program = workload.command[0]?.replace("$tree", systemTree("i386")?.root ?? "") ?? "";
      if (!existsSync(program)) {
        console.log(`${arch} ${workload.name}: skipped, ${program} is not there`);
        continue;
      }
      const pairs = measure(
        driver,
        arch,
        workload,
        Math.max(10, Math.round(asked * workload.share)),
      );
      const { reference, subject, ratio, low, high } = summarise(pairs);
      const times = `glibc ${reference.toFixed(0).padStart(6)}   wine-ld ${subject.toFixed(0).padStart(6)}`;
      const interval = `[${low.toFixed(3)} .. ${high.toFixed(3)}]`;
      console.log(
        `${arch.padEnd(6)} ${workload.name.padEnd(16)} ${times}   ratio ${ratio.toFixed(3)} ${interval} n=${pairs.length}`,
      );
    }
  }
}

main();
