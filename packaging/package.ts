/** `npm run package [-- --out DIR] [--only tar|deb|source]`: everything that is given to others, into dist/packages/. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../cli/project-root.ts";
import { allAbis } from "../codegen/abi/index.ts";
import { buildLinker } from "../codegen/build.ts";
import { KINDS, makePackages } from "./make.ts";

const { values } = parseArgs({
  options: { out: { type: "string" }, only: { type: "string", multiple: true } },
});
const out = resolve(values.out ?? join(projectRoot, "dist", "packages"));
for (const abi of allAbis)
  await buildLinker({
    root: projectRoot,
    abi,
    out: join(projectRoot, "dist"),
    environment: process.env,
    progress: (line) => void process.stderr.write(`${line}\n`),
  });
await makePackages({ root: projectRoot, out, abis: allAbis, kinds: values.only ?? KINDS });
for (const name of readdirSync(out)) process.stdout.write(`${join(out, name)}\n`);
