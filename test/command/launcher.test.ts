/** A program that the command has started is alone: no Node, no shell, its own process from the beginning. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, whyNotComparable } from "../harness/linkers.ts";
import { shellCommand, workplace } from "./command.ts";

const place = workplace();
const { folder, command, environment } = place;
afterAll(place.remove);

describe.runIf(whyNotComparable("x86_64") === undefined)("wine-ld run", () => {
  const withoutNode = { NODE: "/nonexistent/node" };
  const script = place.program("script", '#!/bin/sh\necho $$; echo "$@"; exit 7\n');

  it("becomes the program", async () => {
    for (const words of [["sh", "-c", "echo $$; exit 7"], [script]]) {
      const child = spawn(shellCommand, ["run", "--", ...words], { env: environment });
      const [text] = await once(child.stdout, "data");
      expect(String(text).split("\n")[0]).toBe(String(child.pid));
      expect(await once(child, "exit")).toEqual([7, null]);
    }
  });

  it("needs no Node for a plain program, and says so where it does", () => {
    const maps = command(["run", "cat", "/proc/self/maps"], withoutNode);
    expect(maps).toMatchObject({ status: 0, stderr: "" });
    expect(maps.stdout).toContain(`${root}/dist/`);
    expect(command(["run", script], withoutNode)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^wine-ld: this needs Node 18 or newer/),
    });
  });

  it("passes arguments, names and variables as they are", () => {
    const print = 'printf "%s|" "$0" "$@" "$wine_ld_x"; echo';
    const words = ["-c", print, "a b", "it's", "$HOME", "", "--", "-x", "two\nlines"];
    const expected = spawnSync("sh", words, { encoding: "utf8", env: { wine_ld_x: "1" } }).stdout;
    for (const variables of [withoutNode, { WINE_LD_ENTRIES: "keep" }])
      expect(command(["run", "--", "sh", ...words], { ...variables, wine_ld_x: "1" }).stdout).toBe(
        expected,
      );
    const line = `"$0" run -- ${script} "$(printf '\\377')"`;
    const { stdout } = spawnSync("sh", ["-c", line, shellCommand], { env: environment });
    expect(stdout.subarray(-2)).toEqual(Buffer.from([0xff, 10]));
  });

  it("finds what the kernel and shells find", () => {
    place.program("tool", "#!/bin/sh\necho here\n");
    expect(command(["run", "tool"], { PATH: `/none::${environment.PATH}` }).stdout).toBe("here\n");
    expect(command(["run", "./tool"]).stdout).toBe("here\n");
    expect(command(["run", "none"])).toMatchObject({
      status: 127,
      stderr: "wine-ld: none: not found on PATH\n",
    });
  });
});

describe.runIf(whyNotComparable("x86_64") === undefined)("wine-ld launcher", () => {
  it("writes a script that starts the program by itself", () => {
    const file = join(folder, "launch it");
    expect(
      command(["launcher", file, "sh", "-c", 'echo $$ "$@"; cat /proc/$$/maps', "x"]).status,
    ).toBe(0);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(3);
    const child = spawnSync(file, ["a b", "c"], {
      encoding: "utf8",
      cwd: "/",
      env: { PATH: environment.PATH },
    });
    expect(child.stdout).toMatch(new RegExp(`^${child.pid} a b c\n`));
    expect(child.stdout).toContain(`${root}/dist/`);
  });
});
