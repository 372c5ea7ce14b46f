/** What the command says: sentences, data, and nothing of Node. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../cli/config.ts";
import { requireSpace } from "../../cli/folders.ts";
import { type ProgramFiles, withoutScripts } from "../../cli/script.ts";
import { addressSpace } from "../../cli/space/address-space.ts";
import { terminalMap } from "../../cli/space/terminal-map.ts";
import { type Output, progressOn, wantsColour } from "../../cli/terminal.ts";
import { root, whyNotComparable } from "../harness/linkers.ts";
import { shellCommand, workplace } from "./command.ts";

const place = workplace();
const { folder, home, command } = place;
afterAll(place.remove);
const comparable = whyNotComparable("x86_64") === undefined;

describe("what cannot be done is said in a sentence", () => {
  const says: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["run", "/tmp"], 126, /^wine-ld: \/tmp: a folder: name a file$/],
    [
      ["install", "--root", "/tmp", "/tmp/none"],
      1,
      /^wine-ld: \/tmp\/none: no such file or folder: /,
    ],
    [["map", "999999999"], 1, /^wine-ld: 999999999: no such process$/],
    [["map", "none"], 1, /^wine-ld: none: no such file or folder: /],
    [["trace", "show", "/tmp"], 1, /^wine-ld: \/tmp: a folder: name a file$/],
    [
      ["build", "--out", "/proc/none"],
      1,
      /^wine-ld: \/proc\/none\/\S+ cannot be written to \(\w+\): /,
    ],
    [["nonesuch"], 2, /^wine-ld: unknown command 'nonesuch' \(see `wine-ld --help`\)$/],
    [["map", "--none"], 2, /^wine-ld: unknown option '--none' \(see `wine-ld --help`\)$/],
  ];
  it.each(says)("%j", (args, status, sentence) => {
    const result = command(args);
    expect(result).toMatchObject({ status, stdout: "" });
    expect(result.stderr.trimEnd()).toMatch(sentence);
  });

  it("when the output cannot be written", () => {
    const line = `${shellCommand} abi list >/dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^wine-ld: standard output: no space left: [^\n]*\n$/);
  });

  it("when the disk is too small", () => {
    expect(() => requireSpace("/", 2 ** 60, "make room")).toThrow(
      /^\/: .* are free and .* are needed: make room$/,
    );
    expect(() => requireSpace("/", 0, "")).not.toThrow();
  });

  it.runIf(comparable)("when a setting of the linker is none", () => {
    const nul = join(folder, "nul.policy");
    writeFileSync(nul, "\0zone a 1M 2M\n");
    const bad = { WINE_LD_ASLR: "banana" };
    const asRun = (variables: NodeJS.ProcessEnv) => command(["run", "/bin/true"], variables);
    expect(asRun(bad)).toMatchObject({
      status: 127,
      stderr: 'wine-ld: WINE_LD_ASLR is 0 or 1, not "banana"\n',
    });
    expect(asRun({ WINE_LD_POLICY: nul })).toMatchObject({
      status: 127,
      stderr: `wine-ld: ${nul}: not a text: it has a NUL\n`,
    });
    for (const value of ["0", "1", ""])
      expect(asRun({ WINE_LD_ASLR: value })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("wine-ld --version", () => {
  it("is that of the package", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(command(["--version"])).toMatchObject({ status: 0, stdout: `wine-ld ${version}\n` });
  });
});

describe("scripts", () => {
  const files = (texts: Readonly<Record<string, string>>): ProgramFiles => ({
    find: (name) => (name.includes("/") ? name : `/on-path/${name}`),
    read: (path) => Buffer.from(texts[path] ?? ""),
  });
  const start = (line: string) =>
    withoutScripts(
      { name: "s", path: "/s", args: ["a b"], environment: {} },
      files({ "/s": `${line}\n` }),
    );

  it("give the linker to what is at the end of their first lines", () => {
    expect(start("#!/bin/sh -e -u")).toMatchObject({
      name: "/bin/sh",
      path: "/bin/sh",
      args: ["-e -u", "/s", "a b"],
    });
    expect(start("#!/usr/bin/env python3")).toMatchObject({
      name: "python3",
      path: "/on-path/python3",
      args: ["/s", "a b"],
    });
    expect(start("#!/usr/bin/env -S A=1 perl -w")).toMatchObject({
      path: "/on-path/perl",
      args: ["-w", "/s", "a b"],
      environment: { A: "1" },
    });
    expect(start("#!/usr/bin/env -i perl")).toMatchObject({
      path: "/usr/bin/env",
      args: ["-i perl", "/s", "a b"],
    });
    expect(start("#!/usr/bin/env -i perl").remark).toContain("env has the linker");
    const loop = files({ "/s": "#!/s\n" });
    expect(() =>
      withoutScripts({ name: "s", path: "/s", args: [], environment: {} }, loop),
    ).toThrow("too many scripts");
  });

  it.runIf(comparable)("are run as the kernel runs them", () => {
    place.program(
      "shell",
      '#!/bin/sh -u\necho shell "$0" "$@"; grep -c wine-ld-marker /proc/$$/environ; exit 7\n',
    );
    const script = place.program("script", "#!/usr/bin/env ./shell\n");
    const kernel = spawnSync(script, ["a b", "it's"], {
      encoding: "utf8",
      cwd: folder,
      env: place.environment,
    });
    const ours = command(["run", script, "a b", "it's"]);
    expect(ours).toMatchObject({ status: 7, stdout: kernel.stdout, stderr: "" });
    const maps = place.program("maps", "#!/usr/bin/env -S cat\n");
    expect(command(["run", maps, "/proc/self/maps"]).stdout).toContain(`${root}/dist/`);
  });
});

describe("a terminal", () => {
  const out = (isTTY: boolean, columns = 80) => {
    const written: string[] = [];
    const write = (text: string) => written.push(text) > 0;
    return { stream: { isTTY, columns, write } as unknown as Output, written };
  };

  it("is coloured as its variables want", () => {
    const { stream: tty } = out(true);
    const { stream: file } = out(false);
    expect(wantsColour(tty, {})).toBe(true);
    expect(wantsColour(tty, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColour(file, {})).toBe(false);
    expect(wantsColour(file, { FORCE_COLOR: "1" })).toBe(true);
    expect(wantsColour(tty, { FORCE_COLOR: "0" })).toBe(false);
  });

  it("has one line for what is passing, other streams one every now and then", () => {
    let now = 0;
    const tty = out(true, 10);
    const tell = progressOn(tty.stream, () => now);
    tell("unpacking 1 of 2", true);
    tell("ready");
    expect(tty.written).toEqual(["\r\u001b[Kunpacking", "\r\u001b[Kready\n"]);
    const file = out(false);
    const log = progressOn(file.stream, () => now);
    for (; now < 60_000; now += 1000) log(`unpacking ${now}`, true);
    log("ready");
    expect(file.written).toEqual([
      "unpacking 0\n",
      "unpacking 20000\n",
      "unpacking 40000\n",
      "ready\n",
    ]);
  });

  it("is not wider than it is", () => {
    const mapping = {
      kind: "image",
      owner: "a".repeat(90),
      permissions: "r-xp",
      reason: "rule 1: ".repeat(20),
    } as const;
    const spaces = [2 ** 20, 2 ** 46].map((start) =>
      addressSpace("a", [{ ...mapping, start, end: start + 2 ** 24 }]),
    );
    for (const width of [40, 79, 80, 100, 200]) {
      const rows = spaces.flatMap((space) =>
        terminalMap(space, { colour: false, owners: 5, width }).filter((line) =>
          /[·Ii]{4}|rule/.test(line),
        ),
      );
      expect(rows.length).toBeGreaterThan(9);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(width);
    }
    const [, , , row = ""] = terminalMap(spaces[1] ?? addressSpace("", []), {
      colour: false,
      owners: 5,
      width: 80,
    });
    expect(row.length).toBeGreaterThan(70);
  });
});

describe("data", () => {
  it.each([
    ["abi list", (data: { id: string }[]) => data.some(({ id }) => id === "glibc-2.36-x86_64")],
    ["abi show glibc-2.36-x86_64 dtv", (data: { size: number }) => data.size === 16],
    ["status", (data: { programs: unknown[] }) => Array.isArray(data.programs)],
    ["doctor", (data: { what: string }[]) => data.some(({ what }) => what === "namespaces")],
  ] as const)("%s --json", (words, holds) => {
    const { stdout, stderr } = command([...words.split(" "), "--json"]);
    expect(stderr).toBe("");
    expect(holds(JSON.parse(stdout))).toBe(true);
  });

  it("of an address space", () => {
    const maps = join(folder, "one.maps");
    writeFileSync(maps, "10000000-20000000 rw-p 00000000 00:00 0 \n");
    const [space] = JSON.parse(command(["map", maps, "--json"]).stdout);
    expect(space).toMatchObject({
      title: "one.maps",
      end: 2 ** 32,
      mappings: [{ start: 2 ** 28, end: 2 ** 29 }],
    });
    expect(space.free[0]).toMatchObject({ blocks: 2 });
  });
});

describe("wine-ld map -- PROGRAM", () => {
  it.runIf(comparable)("ends as the program does", () => {
    expect(command(["map", "--", "/bin/sh", "-c", "exit 5"]).status).toBe(5);
    expect(command(["map", "--", "/bin/sh", "-c", "kill -TERM $$"]).status).toBe(143);
  });
});

describe("settings", () => {
  it("are general or for a program, and nothing else is taken for one", () => {
    const text = "# mine\npolicy = kernel\n\n[Game.EXE]\nwine = /opt/a b\n";
    const { general, programs } = parseConfig(text, "config");
    expect(general).toEqual({ policy: "kernel" });
    expect(programs.get("game.exe")).toEqual({ wine: "/opt/a b" });
    expect(() => parseConfig("a = 1\n", "config")).toThrow(/^config:1: "a = 1" is no setting/);
    expect(() => parseConfig("\npolicy\n", "config")).toThrow(/^config:2: /);
  });

  it.runIf(comparable)("reach the linker, unless the environment says otherwise", () => {
    const config = join(home, ".config/wine-ld");
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, "config"), "[true]\npolicy = nonesuch\n");
    const { status, stderr } = command(["run", "true"]);
    expect(status).toBe(127);
    expect(stderr).toContain('no policy is called "nonesuch"');
    expect(command(["run", "true"], { WINE_LD_POLICY: "kernel" }).status).toBe(0);
    expect(command(["run", "echo", "other"]).stdout).toBe("other\n");
    writeFileSync(join(config, "config"), "");
  });
});

describe("wine-ld clean", () => {
  it("removes copies of loaders that nothing runs from", async () => {
    const loaders = join(home, ".cache/wine-ld/loaders");
    mkdirSync(join(loaders, "old"), { recursive: true });
    mkdirSync(join(loaders, "used"));
    writeFileSync(join(loaders, "used/sleep"), readFileSync("/bin/sleep"), { mode: 0o755 });
    const child = spawn(join(loaders, "used/sleep"), ["60"]);
    await once(child, "spawn");
    const { status, stdout } = command(["clean"]);
    child.kill();
    await once(child, "exit");
    expect(stdout).toContain(`${join(loaders, "old")}: removed\n`);
    expect(stdout).toContain(`process ${child.pid} runs from it`);
    expect(status).toBe(1);
    expect(existsSync(join(loaders, "used"))).toBe(true);
    expect(command(["clean"]).status).toBe(0);
    expect(readdirSync(loaders)).toEqual([]);
  });
});

describe("an unfinished download", () => {
  const cache = join(folder, "cache");
  const debian = join(cache, "debian");
  const text = `import { fetchDebianTree } from ${JSON.stringify(join(root, "codegen/ingest/debian.ts"))};
await fetchDebianTree({ release: "bookworm", arch: "amd64", packages: ["none"], cacheDir: ${JSON.stringify(cache)},
  mirror: { main: "http://localhost:9", security: "http://localhost:9" } });`;

  /** Begins one whose apt-get does not end, and waits until that runs. */
  async function begun() {
    const tools = join(folder, "tools");
    mkdirSync(tools, { recursive: true });
    symlinkSync(
      place.program(
        `apt-${Date.now()}`,
        `#!/bin/sh\necho $$ >>'${folder}/apt.pid'\nexec sleep 60\n`,
      ),
      join(tools, "apt-get"),
    );
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", text], {
      cwd: root,
      env: { ...process.env, PATH: `${tools}:${process.env["PATH"]}` },
      stdio: "ignore",
    });
    while (!existsSync(join(folder, "apt.pid")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const apt = readFileSync(join(folder, "apt.pid"), "utf8").trim();
    return { child, apt, forget: () => spawnSync("rm", ["-r", tools, join(folder, "apt.pid")]) };
  }

  it("leaves nothing behind when it is ended", async () => {
    const { child, apt, forget } = await begun();
    expect(readdirSync(debian)).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
    expect(readdirSync(debian)).toEqual([]);
    expect(existsSync(`/proc/${apt}`)).toBe(false);
    forget();
  });

  it("that was killed is removed by the next", async () => {
    const first = await begun();
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    process.kill(Number(first.apt));
    first.forget();
    const [killed = ""] = readdirSync(debian);
    expect(killed).toMatch(/\.partial$/);
    const { child, forget } = await begun();
    expect(readdirSync(debian)).not.toContain(killed);
    child.kill("SIGINT");
    await once(child, "exit");
    forget();
  });
});

describe("README", () => {
  it.skipIf(!comparable)("shows the linker in the address space of the program it runs", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const words = /npx wine-ld run -- (.*?) &&/.exec(readme)?.[1]?.split(" ") ?? [];
    const { stdout, status } = command(["run", "--", ...words]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${root}/dist/`);
  });
});
