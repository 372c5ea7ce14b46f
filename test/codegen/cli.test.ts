import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { archOf, findProgram } from "../../cli/run.ts";
import { compareVersions } from "../../codegen/glibc-version.ts";
import { classifyProgram } from "../../codegen/program.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "wine-ld-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function command(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "cli/wine-ld.js"), ...args],
    {
      encoding: "utf8",
      cwd: folder,
    },
  );
  return { status, stdout, stderr };
}

describe("wine-ld", () => {
  it("prints its usage, 0 when asked and 2 when not", () => {
    expect(command("--help")).toMatchObject({ status: 0, stderr: "" });
    expect(command("--help").stdout).toContain("Usage: wine-ld");
    expect(command()).toMatchObject({ status: 2, stdout: "" });
    expect(command("nonesuch").status).toBe(2);
    expect(command("run").status).toBe(2);
  });

  it("says in one sentence what it does not know", () => {
    const { status, stderr } = command("build", "--abi", "glibc-0.1-x86_64");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^wine-ld: there is no ABI glibc-0\.1-x86_64 \(known: .*glibc-2\.36-x86_64.*\)\n$/,
    );
    expect(command("build", "--arch", "vax").status).toBe(2);
  });

  it("gives the statuses of shells to what cannot be run", () => {
    expect(command("run", "no-such-program")).toMatchObject({
      status: 127,
      stderr: "wine-ld: no-such-program: not found on PATH\n",
    });
    const text = join(folder, "text");
    writeFileSync(text, "words\n");
    expect(command("run", "--", text)).toMatchObject({
      status: 126,
      stderr: `wine-ld: ${text} is neither an ELF program nor a script\n`,
    });
  });
});

describe("wine-ld abi", () => {
  it("lists, shows and compares", () => {
    expect(command("abi", "list").stdout).toMatch(/^glibc-2\.36-x86_64 +Debian GLIBC 2\.36/m);
    expect(command("abi", "show", "glibc-2.36-x86_64").stdout).toContain("  link_map 1192\n");
    expect(command("abi", "show", "glibc-2.36-x86_64", "dtv").stdout).toMatch(
      /^union dtv, 16 bytes\n/,
    );
    expect(command("abi", "show", "glibc-2.36-x86_64", "nonesuch")).toMatchObject({
      status: 1,
      stdout: "",
    });
    expect(command("abi", "diff", "glibc-2.36-x86_64", "glibc-2.36-i386").stdout).toContain(
      "  link_map: 1192 -> 640\n",
    );
  });
});

/** The smallest file that an ELF reader takes: a header, and program headers after it. */
function elf(machine: number, interpreter?: string): Buffer {
  const text = Buffer.from(interpreter === undefined ? "" : `${interpreter}\0`);
  const bytes = Buffer.alloc(64 + 56 + text.length);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt32LE(interpreter === undefined ? 0 : 3, 64);
  bytes.writeBigUInt64LE(120n, 72);
  bytes.writeBigUInt64LE(BigInt(text.length), 96);
  text.copy(bytes, 120);
  return bytes;
}

describe("what a program is", () => {
  const glibc = "/lib64/ld-linux-x86-64.so.2";

  it("is told from its first bytes", () => {
    expect(classifyProgram(elf(62, glibc))).toEqual({
      kind: "dynamic",
      arch: "x86_64",
      interpreter: glibc,
    });
    expect(classifyProgram(elf(62))).toEqual({ kind: "static" });
    expect(classifyProgram(elf(183, "/lib/ld-linux-aarch64.so.1"))).toEqual({
      kind: "foreign",
      machine: 183,
    });
    expect(classifyProgram(Buffer.from("#! /usr/bin/env -S perl -w \nprint"))).toEqual({
      kind: "script",
      interpreter: "/usr/bin/env",
      argument: "-S perl -w",
    });
    expect(classifyProgram(Buffer.from("text"))).toEqual({ kind: "unknown" });
    expect(classifyProgram(elf(62, glibc).subarray(0, 70))).toEqual({ kind: "unknown" });
  });

  it("decides what is said about it", () => {
    const say = (bytes: Buffer) => () => archOf("/p", classifyProgram(bytes));
    expect(say(elf(62, glibc))()).toBe("x86_64");
    expect(say(elf(62))).toThrow("/p is statically linked");
    expect(say(elf(183, "x"))).toThrow("/p is for another machine (ELF machine 183)");
    expect(say(elf(62, "/lib/ld-musl-x86_64.so.1"))).toThrow("which is not glibc's ld.so");
  });

  it("is looked for on PATH, executable files only", () => {
    writeFileSync(join(folder, "tool"), "", { mode: 0o644 });
    expect(() => findProgram("tool", folder)).toThrow("tool: not found on PATH");
    writeFileSync(join(folder, "runnable"), "", { mode: 0o755 });
    expect(findProgram("runnable", `/nonexistent:${folder}`)).toBe(join(folder, "runnable"));
    expect(() => findProgram("./nonesuch", folder)).toThrow("./nonesuch: no such file");
  });
});

describe("running", () => {
  /** Executes a shell command line the way `wine-ld run` executes a linker. */
  function shell(line: string) {
    const plan = JSON.stringify({ linker: "/bin/sh", args: ["-c", line], given: 0 });
    const text = `import { execute } from ${JSON.stringify(join(root, "cli/run.ts"))}; process.exitCode = await execute(${plan});`;
    return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", text], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  it("ends with the status of the program", async () => {
    expect(await once(shell("exit 7"), "exit")).toEqual([7, null]);
  });

  it("ends by the signal that ended the program", async () => {
    expect(await once(shell("kill -TERM $$"), "exit")).toEqual([null, "SIGTERM"]);
    expect(await once(shell("kill -KILL $$"), "exit")).toEqual([null, "SIGKILL"]);
  });

  it("hands on the signals that it gets", async () => {
    const child = shell(
      "trap 'echo got; exit 5' USR2; echo ready; i=0; while [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done",
    );
    await once(child.stdout, "data");
    child.kill("SIGUSR2");
    expect(await once(child, "exit")).toEqual([5, null]);
  });
});

describe("compareVersions", () => {
  it("orders by number", () => {
    expect(["2.36", "2.4", "2.10", "2.2.5"].sort(compareVersions)).toEqual([
      "2.2.5",
      "2.4",
      "2.10",
      "2.36",
    ]);
  });
});
