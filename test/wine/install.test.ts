/** PT_INTERP changed in copies of files, and `install` in a system of its own in a temporary folder. */

import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  INSTALLED_LINKERS,
  install,
  installedDebug,
  linkerState,
  stateOf,
  status,
  uninstall,
} from "../../cli/wine/install.ts";
import { InterpreterError, interpreterOf, withInterpreter } from "../../cli/wine/interpreter.ts";
import { parseElf } from "../../codegen/elf.ts";

const program = "/bin/true";
const linker = "/lib64/ld-linux-x86-64.so.2";

describe("the interpreter of a program", () => {
  it("is replaced by a shorter name in place", () => {
    const changed = withInterpreter(readFileSync(program), "/lib64/short");
    expect(interpreterOf(changed)).toBe("/lib64/short");
    expect(changed.length).toBe(readFileSync(program).length);
  });

  it("is replaced by a longer name that lies in a loaded segment", () => {
    const name = `/${"long/".repeat(40)}name`;
    const changed = withInterpreter(readFileSync(program), name);
    expect(interpreterOf(changed)).toBe(name);
    const elf = parseElf(changed);
    const section = elf.sections.find(({ name: found }) => found === ".interp");
    expect(changed.toString("latin1", section?.offset, (section?.offset ?? 0) + name.length)).toBe(
      name,
    );
    const interp = elf.segments.find(({ type }) => type === 3);
    const host = elf.segments.find(
      ({ type, vaddr, memorySize }) =>
        type === 1 && vaddr <= (interp?.vaddr ?? 0) && vaddr + memorySize > (interp?.vaddr ?? 0),
    );
    expect(interp?.offset).toBe((host?.offset ?? 0) + (interp?.vaddr ?? 0) - (host?.vaddr ?? 0));
  });

  it("that was made longer still starts", () => {
    const folder = mkdtempSync(join(tmpdir(), "wine-ld-interpreter-"));
    try {
      const path = join(folder, "program");
      const name = `${"/".repeat(60)}lib64/ld-linux-x86-64.so.2`;
      writeFileSync(path, withInterpreter(readFileSync("/bin/echo"), name), { mode: 0o755 });
      expect(execFileSync(path, ["works"], { encoding: "utf8" })).toBe("works\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("without room is refused", () => {
    const name = `/${"x".repeat(5000)}`;
    expect(() => withInterpreter(readFileSync(program), name)).toThrow(InterpreterError);
  });
});

describe("install", () => {
  let root = "";
  const inside = "/usr/bin/true";
  const options = () => ({ root });
  const bytes = () => readFileSync(join(root, inside));

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "wine-ld-install-"));
    for (const folder of ["usr/bin", "lib64", "lib/x86_64-linux-gnu"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    cpSync(program, join(root, inside), { dereference: true });
    cpSync(linker, join(root, linker), { dereference: true });
    for (const name of ["libc.so.6", "ld-linux-x86-64.so.2"]) {
      const path = `lib/x86_64-linux-gnu/${name}`;
      cpSync(`/${path}`, join(root, path), { dereference: true });
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** What a debugger says of a function of the installed linker, which itself is stripped. */
  function functionSeen(name: string): string {
    const file = join(root, INSTALLED_LINKERS.x86_64);
    const args = ["-nx", "-batch", "-ex", `info address ${name}`, file];
    return execFileSync("gdb", args, { encoding: "utf8" });
  }

  it("changes a program, notices an upgrade, repeats it, and gives it back", () => {
    const original = bytes();
    install([join(root, inside)], options());
    expect(interpreterOf(bytes())).toBe(INSTALLED_LINKERS.x86_64);
    expect(stateOf(root, inside)).toBe("installed");
    expect(functionSeen("strlen")).toMatch(/Symbol "strlen" is (a function )?at/);
    writeFileSync(join(root, inside), original);
    expect(stateOf(root, inside)).toBe("upgraded");
    install([], { root, refresh: true });
    expect(stateOf(root, inside)).toBe("installed");
    uninstall([], options());
    expect(bytes()).toEqual(original);
    for (const path of [INSTALLED_LINKERS.x86_64, installedDebug("x86_64")])
      expect(existsSync(join(root, path))).toBe(false);
  });

  it("notices a linker that is gone or another one, and renews it", () => {
    install([join(root, inside)], options());
    const file = join(root, INSTALLED_LINKERS.x86_64);
    const good = readFileSync(file);
    expect(linkerState(root, "x86_64")).toBe("current");
    expect(status(options())).toBe(0);
    for (const [state, spoil] of [
      ["missing", () => rmSync(file)],
      ["other", () => writeFileSync(file, "another")],
    ] as const) {
      spoil();
      expect(linkerState(root, "x86_64")).toBe(state);
      expect(status(options())).toBe(1);
      install([], { root, refresh: true });
      expect(readFileSync(file)).toEqual(good);
      expect(status(options())).toBe(0);
    }
    uninstall([], options());
  });

  it("refuses a library that can be started", () => {
    const libc = join(root, "lib/x86_64-linux-gnu/libc.so.6");
    const before = readFileSync(libc);
    expect(() => install([libc], options())).toThrow(/libc\.so\.6: a library/);
    expect(readFileSync(libc)).toEqual(before);
  });

  it("copies programs beside a linker for who may not change them", () => {
    const folder = join(root, "home/me");
    const own = join(folder, "ld.so");
    install(["/bin/cat"], { root: "/", linker: own });
    const maps = execFileSync(join(folder, "cat"), ["/proc/self/maps"], { encoding: "utf8" });
    expect(maps).toContain(own);
    expect(() => install([join(folder, "cat")], { root: "/", linker: own })).toThrow(
      "where its copy is to be",
    );
  });

  it("killed at any point leaves a program that starts", () => {
    const original = bytes();
    const command = [join(import.meta.dirname, "../../cli/wine-ld.js"), "install", "--root", root];
    for (let milliseconds = 100; milliseconds <= 900; milliseconds += 100) {
      spawnSync(process.execPath, [...command, join(root, inside)], {
        timeout: milliseconds,
        killSignal: "SIGKILL",
        stdio: "ignore",
      });
      const interpreter = interpreterOf(bytes());
      expect([linker, INSTALLED_LINKERS.x86_64]).toContain(interpreter);
      expect(existsSync(join(root, interpreter ?? ""))).toBe(true);
      if (stateOf(root, inside) === "installed") uninstall([], options());
      expect(bytes()).toEqual(original);
    }
  });
});
