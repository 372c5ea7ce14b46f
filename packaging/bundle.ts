/** The command as one file that needs nothing but Node. */
import { build, type Plugin } from "vite";

/** Modules of commands that need the sources: an installed command does not offer them (cli/main.ts). */
const OF_SOURCES =
  /\/(cli\/(build|lint|abi-\w+|adopt)|codegen\/(generate|verify|select-runtime|c-source|lint\/\w+|ingest\/(run|module|declarations)))\.ts$/;

/** Nothing stands in for them. */
const withoutSources: Plugin = {
  name: "without-sources",
  enforce: "pre",
  load: (id) =>
    OF_SOURCES.test(id) ? { code: "export default {};", syntheticNamedExports: true } : null,
};

/** The text of the file, made from cli/main.ts of a checkout. */
export async function bundle(root: string): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [withoutSources],
    ssr: { noExternal: true },
    build: {
      ssr: "cli/main.ts",
      write: false,
      target: "node18",
      minify: false,
      rollupOptions: { output: { inlineDynamicImports: true, format: "esm" } },
    },
  });
  if (Array.isArray(result) || !("output" in result)) throw new Error("vite watches");
  const [chunk] = result.output;
  return chunk.code;
}
