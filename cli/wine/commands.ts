/** The words of `wine-ld wine`, `install`, `uninstall` and `status`. */

import { type Command, Option } from "commander";
import { PRELOADERS } from "./loader-copy.ts";

/** Adds the commands; `finish` is told the exit status. */
export function describeWineCommands(program: Command, finish: (status: number) => void): void {
  program
    .command("wine")
    .description("run wine, and all that it starts, under the linker")
    .argument("[args...]", "arguments of wine")
    .option("--wine <path>", "a wine loader, or the folder of a wine (default: WINE_LD_WINE, PATH)")
    .option("--provision", "fetch a wine into the cache folder and use it")
    .addOption(
      new Option("--release <name>", "the Debian release to fetch it from").choices([
        "bookworm",
        "trixie",
      ]),
    )
    .addOption(
      new Option(
        "--preloader <which>",
        "what stands in the place of wine's preloader (default: linker)",
      ).choices(PRELOADERS),
    )
    .option("--stock", "with the system's own linker, to compare")
    .option(
      "--compare",
      "run the program under both, and show both address spaces when most was mapped",
    )
    .option("--after <seconds>", "of --compare: end the program then (default: it ends by itself)")
    .option("--html <file>", "of --compare: draw them on a page")
    .option("--svg <file>", "of --compare: draw them")
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (args, options) => finish(await (await import("./wine.ts")).wine(args, options)));

  program
    .command("check")
    .description("what to expect of a Windows program under wine-ld, from its headers")
    .argument("<file>", "a program or library for Windows")
    .option("--wine <path>", "the wine that it would run under (default: WINE_LD_WINE, PATH)")
    .action(async (file, options) => {
      const lines = (await import("./check.ts")).check(file, options.wine);
      for (const line of lines) process.stdout.write(`${line}\n`);
      finish(0);
    });

  const root = () =>
    new Option("--root <folder>", "the system to change, as of an unpacked tree").default("/");

  program
    .command("install")
    .description("make programs name the linker as their interpreter, in place")
    .argument("[programs...]", "ELF programs")
    .option("--wine", "the loaders of the installed wine")
    .option("--refresh", "again, where an upgrade has replaced a program, glibc or wine-ld")
    .option(
      "--linker <path>",
      "copy the linker there and the programs beside it, as who may not change them",
    )
    .addOption(root())
    .action(async (programs, options) =>
      finish((await import("./install.ts")).install(programs, options)),
    );

  program
    .command("uninstall")
    .description("give programs their own interpreter back")
    .argument("[programs...]", "default: all that were installed")
    .addOption(root())
    .action(async (programs, options) =>
      finish((await import("./install.ts")).uninstall(programs, options)),
    );

  program
    .command("status")
    .description("which programs name the linker, and which no longer do")
    .option("--json", "print data, for programs")
    .addOption(root())
    .action(async (options) => finish((await import("./install.ts")).status(options)));
}
