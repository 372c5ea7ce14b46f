/** Cases about constructors and destructors; their order is tested in order.test.ts. */
import type { ProgramCase } from "../case.ts";

const oldForms = ["-Wl,-init,old_init", "-Wl,-fini,old_fini"];

const forms: ProgramCase = {
  name: "constructors of every form",
  targets: [
    {
      output: "libneeded.so",
      sources: ["init/library.c"],
      flags: ['-DNAME="needed"', ...oldForms],
    },
    {
      output: "libopened.so",
      sources: ["init/library.c"],
      flags: ['-DNAME="opened"', ...oldForms],
    },
    { output: "main", sources: ["init/main.c"], needs: ["libneeded.so"] },
  ],
  invocations: [
    { arguments: ["stay", "last"], expect: { stdout: "preinit argc 3" } },
    { label: "closed", arguments: ["close", "it"], expect: { stdout: "opened: DT_FINI" } },
    { label: "quick", arguments: ["quick"], expect: { status: 3 } },
  ],
};

const opening: ProgramCase = {
  name: "dlopen in constructors",
  targets: [
    { output: "libinner.so", sources: ["init-dlopen/inner.c"] },
    { output: "libouter.so", sources: ["init-dlopen/library.c"] },
    { output: "main", sources: ["init-dlopen/main.c"] },
    { output: "linked", sources: ["init-dlopen/main.c"], needs: ["libouter.so"] },
  ],
  invocations: [
    { label: "of an opened library", arguments: ["open"] },
    { label: "of a needed library", program: "linked" },
    { label: "of a needed library that is opened too", program: "linked", arguments: ["open"] },
  ],
};

export const initCases: readonly ProgramCase[] = [forms, opening];
