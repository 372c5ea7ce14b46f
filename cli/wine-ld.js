#!/usr/bin/env node
// Starts the command from a checkout: the TypeScript sources run as they are, which takes a working folder.
try {
  process.cwd();
} catch {
  process.stderr.write("wine-ld: the working folder is no longer there: go to one that is\n");
  process.exit(1);
}
const { register } = await import("tsx/esm/api");
register();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
