/** `wine-ld map` and `wine-ld trace` at the command line. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, whyNotComparable } from "../harness/linkers.ts";
import { mapRecord, seedRecord, traceFile, unmapRecord } from "./trace-writer.ts";

const MiB = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), "wine-ld-space-"));
afterAll(() => rmSync(folder, { recursive: true }));

function command(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "cli/wine-ld.js"), ...args],
    { encoding: "utf8", cwd: folder },
  );
  return { status, stdout, stderr };
}

const trace = join(folder, "session.trace");
writeFileSync(
  trace,
  traceFile(4, [
    seedRecord(0xfff00000, 0x21000, "stack"),
    mapRecord(0xe0000000, 256 * MiB),
    mapRecord(0xd0000000, 256 * MiB),
    unmapRecord(0xe0000000, 256 * MiB),
  ]),
);

describe("wine-ld map", () => {
  it("shows a running process", () => {
    const child = spawn("sleep", ["60"]);
    const { status, stdout } = command("map", String(child.pid));
    child.kill();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^process \d+ \(sleep\)/);
    expect(stdout).toMatch(/^I libc\.so\.6 /m);
    expect(stdout).toMatch(/^overall /m);
  });

  it("draws a trace before and after", () => {
    const [svg, html] = [join(folder, "a.svg"), join(folder, "a.html")];
    const before = join(folder, "before.maps");
    writeFileSync(before, "10000000-20000000 rw-p 00000000 00:00 0 \n");
    const files = ["--svg", svg, "--html", html];
    const { status, stdout } = command("map", trace, "--compare", before, ...files);
    expect(status).toBe(0);
    expect(stdout).toMatch(/below 4 GiB +3\.5 GiB +3\.2 GiB/);
    expect(readFileSync(svg, "utf8")).toContain(">before.maps</text>");
    expect(readFileSync(svg, "utf8")).toContain(">session.trace</text>");
    expect(readFileSync(html, "utf8")).toContain("<svg");
  });

  it("shows the moment that is asked for", () => {
    const peak = command("map", trace, "--moment", "peak").stdout;
    expect(peak).toMatch(/A anonymous memory +512 MiB$/m);
    expect(command("map", trace).stdout).toMatch(/A anonymous memory +256 MiB$/m);
    expect(command("map", trace, "--moment", "later")).toMatchObject({ status: 2 });
  });

  it("says what it cannot read", () => {
    writeFileSync(join(folder, "poem"), "O Freunde\n");
    expect(command("map", "poem").stderr).toBe(
      "wine-ld: poem: neither a list of mappings (/proc/PID/maps) nor a trace\n",
    );
    expect(command("map", "nonesuch").stderr).toContain("no such file");
    expect(command("map")).toMatchObject({ status: 2 });
    expect(command("map", "a", "b")).toMatchObject({ status: 2 });
  });

  it.runIf(whyNotComparable("x86_64") === undefined)("runs a program, to its end or not", () => {
    const ended = command("map", "--", "/bin/echo", "--hello");
    expect(ended.stdout).toMatch(/^--hello\n/);
    expect(ended.stdout).toMatch(/^L the linker's own /m);
    const running = command("map", "--after", "0.5", "--", "/bin/sleep", "60");
    expect(running.status).toBe(0);
    expect(running.stdout).toMatch(/^I libc\.so\.6 /m);
  });
});

describe("wine-ld trace", () => {
  it("shows records and their sum", () => {
    const all = command("trace", "show", trace).stdout.trimEnd().split("\n");
    expect(all.length).toBe(4);
    const large = command("trace", "show", trace, "--op", "map", "--least", "256M").stdout;
    expect(large.trimEnd().split("\n").length).toBe(2);
    expect(command("trace", "show", trace, "--summary").stdout).toMatch(/^unmap +1 /m);
    expect(command("trace", "show", trace, "--op", "nonesuch").status).toBe(2);
  });

  it("replays by every policy that is named", () => {
    const policy = join(folder, "mine.policy");
    writeFileSync(policy, "zone all 1M stack\nplace any in all bottom\n");
    const names = ["--policy", "compact", "--policy", "kernel", "--policy", policy, "--kernel"];
    const { status, stdout } = command("trace", "replay", trace, ...names);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n").slice(3);
    expect(lines.map((line) => line.slice(0, 18).trim())).toEqual([
      "compact",
      "kernel (model)",
      expect.stringMatching(/mine\.policy$/),
      "kernel (real)",
    ]);
    for (const line of lines) expect(line).toMatch(/ 0 {2}none/);
  });

  it("finds the first failure in a smaller address space", () => {
    const { stdout } = command("trace", "replay", trace, "--limit", "384M", "--policy", "compact");
    expect(stdout).toMatch(/operation \d+: 256 MiB wanted, .* of .* free in one piece/);
    expect(command("trace", "replay", trace, "--limit", "8G").status).toBe(2);
    expect(command("trace", "replay", trace, "--policy", "nonesuch").stderr).toContain("nonesuch");
  });
});
