/**
 * Where mappings of devices go in a 64-bit process with a 32-bit guest (wine's new WoW64): below what the guest can
 * reach, where nobody else is. shown.c plays loader, ntdll.so and driver, by the built-in policy for wine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dlopenFlags, sysrootFlags, whyNotBuildable } from "../harness/build.ts";
import { arches, root, whyNotComparable, workFolder } from "../harness/linkers.ts";
import { run } from "../harness/run.ts";
import { start, ways } from "../harness/start.ts";
import { systemTree } from "../harness/trees.ts";

const arch = "x86_64";
const folder = import.meta.dirname;
const out = join(workFolder, "space", "shown");
/** What the program calls the object that the policy is to name. */
const OBJECT = "shown-to-guest";

function compile(): string {
  mkdirSync(out, { recursive: true });
  const flags = ["-m64", "-O1", "-g", "-Wall", "-Wextra", "-Werror"];
  const system = [...sysrootFlags(arch), ...dlopenFlags];
  const library = (name: string, source: string, more: readonly string[] = []) => {
    const path = join(out, name);
    const how = ["-shared", "-fPIC", `-Wl,-soname,${name}`, ...more];
    execFileSync("gcc", [...flags, ...how, "-o", path, join(folder, source), ...system]);
    return path;
  };
  const ntdll = library("ntdll.so", "guest_library.c", ["-Dguest_main=__wine_main"]);
  const driver = library("libdriver.so", "driver_library.c");
  const program = join(out, "shown");
  const linked = ["-rdynamic", "-o", program, join(folder, "shown.c"), ntdll, driver];
  execFileSync("gcc", [...flags, ...linked, `-Wl,-rpath,${out}`, ...system]);
  return program;
}

/** The built-in policy, with the program's object in its list. */
function policyWithObject(): string {
  const text = readFileSync(join(root, "templates/policies/wine.policy"), "utf8");
  const path = join(out, "named.policy");
  writeFileSync(path, text.replace("\narch x86_64\n", `\narch x86_64\ndevice /memfd:${OBJECT}\n`));
  return path;
}

const usable =
  arches.includes(arch) &&
  whyNotBuildable(arch) === undefined &&
  whyNotComparable(arch) === undefined;

const FAR = [
  "device: far",
  "large device: far",
  "another: far",
  "object: far",
  "other object: far",
];
const LOW = "low, lowest";
/** What each kind of program is shown, by the built-in policy. */
const KINDS = {
  small: [`device: ${LOW}`, `large device: ${LOW}`, "another: far", ...FAR.slice(3)],
  large: [`device: ${LOW}`, `large device: ${LOW}`, "another: high, lowest", ...FAR.slice(3)],
  wide: FAR,
  none: FAR,
} as const;

describe.skipIf(!usable)("devices beside a 32-bit guest", () => {
  const path = usable ? compile() : "";
  const outputOf = async (way: (typeof ways)[number], kind: string, policy: string) => {
    const tree = systemTree(arch);
    const program = { path, arch, ...(tree && { libraryPath: tree.libraryPath }) } as const;
    const { file, arguments: options, environment } = start("subject", way, program);
    const outcome = await run({
      file,
      arguments: [...options, kind, OBJECT],
      environment: { ...environment, WINE_LD_POLICY: policy },
      folder: workFolder,
      timeout: 60_000,
    });
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
    return outcome.stdout.trim().split("\n");
  };

  describe.each(ways)("%s", (way) => {
    it.each(Object.entries(KINDS))("a program that is %s", async (kind, shown) => {
      expect(await outputOf(way, kind, "wine")).toEqual(shown);
    });

    it("an object that the policy names", async () => {
      const named = await outputOf(way, "small", policyWithObject());
      expect(named).toEqual([...KINDS.small.slice(0, 3), `object: ${LOW}`, "other object: far"]);
      const unnamed = await outputOf(way, "wide", policyWithObject());
      expect(unnamed).toEqual(FAR);
    });
  });
});
