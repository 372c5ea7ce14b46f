/** Cases about constructors and destructors; their order is tested in order.test.ts. */
import type { Target } from "../../harness/build.ts";
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

const vectors = ["-fno-omit-frame-pointer", "-O1", "-msse"];
const misalignable: readonly Target[] = ["libneeded.so", "libopened.so"].map((output) => ({
  output,
  sources: ["alignment/library.c"],
  flags: [...vectors, "-Wl,-init,first_of_all", "-Wl,-fini,last_of_all"],
  needs: ["liboutput.so"],
}));

const alignment: ProgramCase = {
  name: "the stack is aligned where foreign code is called",
  targets: [
    { output: "liboutput.so", sources: ["alignment/output.c"] },
    ...misalignable,
    {
      output: "main",
      sources: ["alignment/main.c"],
      flags: [...vectors, "-Wl,-z,lazy"],
      needs: ["libneeded.so", "liboutput.so"],
    },
  ],
  invocations: [{ expect: { stdout: "main: 0" } }],
};

export const initCases: readonly ProgramCase[] = [forms, opening, alignment];
