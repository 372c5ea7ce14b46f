import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { allAbis } from "../../codegen/abi/index.ts";
import { buildIdLinks, linkByBuildId } from "../../codegen/by-build-id.ts";
import {
  knownAbis,
  readLocalBuilds,
  siblingAbi,
  withLocalBuilds,
  writeLocalBuilds,
} from "../../codegen/local-builds.ts";

const [abi] = allAbis;
if (abi === undefined) throw new Error("there is no ABI");
const fresh = { package: "test", ldsoBuildId: "aa".repeat(20), libcBuildId: "bb".repeat(20) };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "by-build-id-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("every build has a link to its linker", () => {
  const links = buildIdLinks({ ...abi, builds: [...abi.builds, fresh] });
  expect(links.size).toBe(abi.builds.length + 1);
  expect(links.get(`by-build-id/${fresh.libcBuildId}/${abi.soname}`)).toBe(
    `../../${abi.id}/${abi.soname}`,
  );
});

test("a link that leads elsewhere is replaced", () => {
  linkByBuildId(folder, { ...abi, builds: [fresh] });
  const link = join(folder, "by-build-id", fresh.libcBuildId, abi.soname);
  rmSync(link);
  symlinkSync("/nowhere", link);
  linkByBuildId(folder, { ...abi, builds: [fresh] });
  expect(readlinkSync(link)).toBe(`../../${abi.id}/${abi.soname}`);
});

test("local builds are kept beside the module and counted once", () => {
  expect(readLocalBuilds(folder)).toEqual([]);
  const { id, searchPlaces } = abi;
  const own = { abi: id, module: id, searchPlaces };
  const known = abi.builds.map((build) => ({ ...own, ...build }));
  writeLocalBuilds(folder, [...known, { ...own, ...fresh }, { ...own, abi: "other", ...fresh }]);
  const joined = withLocalBuilds(abi, readLocalBuilds(folder));
  expect(joined.builds).toEqual([...abi.builds, fresh]);
});

test("a build whose linker searches other folders is an ABI of its own", () => {
  const searchPlaces = { lib: "lib32", systemFolders: ["/lib32/", "/usr/lib32/"] };
  const sibling = siblingAbi(abi, searchPlaces);
  expect(sibling.id).toBe(`${abi.id}-lib32`);
  const known = knownAbis([abi], [{ abi: sibling.id, module: abi.id, searchPlaces, ...fresh }]);
  expect(known.map(({ id, builds }) => [id, builds])).toEqual([
    [abi.id, abi.builds],
    [sibling.id, [fresh]],
  ]);
  expect(known[1]?.searchPlaces).toEqual(searchPlaces);
  // Once found, the libc of either fits the linker of the other.
  expect(known.map(({ relatives }) => relatives)).toEqual([
    [fresh.libcBuildId],
    abi.builds.map(({ libcBuildId }) => libcBuildId),
  ]);
});
