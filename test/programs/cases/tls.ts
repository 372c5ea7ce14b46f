/** Cases about thread-local storage. */
import type { Target } from "../../harness/build.ts";
import type { ProgramCase } from "../case.ts";

const models = ["global-dynamic", "local-dynamic", "initial-exec"] as const;

const needed: ProgramCase = {
  name: "TLS models, needed",
  targets: models.flatMap((model): Target[] => [
    { output: `lib${model}.so`, sources: ["tls/models.c"], flags: [`-ftls-model=${model}`] },
    { output: model, sources: ["tls/main.c"], needs: [`lib${model}.so`] },
    {
      output: `${model}-fixed`,
      sources: ["tls/main.c"],
      needs: [`lib${model}.so`],
      flags: ["-no-pie", "-fno-pic"],
    },
  ]),
  invocations: models.flatMap((model) => [
    { label: model, program: model },
    { label: `${model}, not PIE`, program: `${model}-fixed` },
  ]),
};

const opened: ProgramCase = {
  name: "TLS models, opened",
  targets: models.flatMap((model): Target[] => [
    { output: `lib${model}.so`, sources: ["tls/models.c"], flags: [`-ftls-model=${model}`] },
    { output: model, sources: ["tls/open.c"], flags: [`-DLIBRARY="lib${model}.so"`] },
  ]),
  invocations: models.map((model) => ({ label: model, program: model })),
};

const descriptor = ["-mtls-dialect=gnu2"];

const descriptors: ProgramCase = {
  name: "TLS descriptors",
  targets: [
    { output: "libmodels.so", sources: ["tls/models.c"], flags: descriptor },
    { output: "needed", sources: ["tls/main.c"], flags: descriptor, needs: ["libmodels.so"] },
    { output: "opened", sources: ["tls/open.c"], flags: ['-DLIBRARY="libmodels.so"'] },
    { output: "liblibrary.so", sources: ["tlsdesc/library.c"], flags: descriptor },
    { output: "lazy", sources: ["tlsdesc/main.c"], flags: ["-DMODE=RTLD_LAZY"] },
    { output: "now", sources: ["tlsdesc/main.c"], flags: ["-DMODE=RTLD_NOW"] },
    { output: "libweak.so", sources: ["tlsdesc/weak.c"], flags: descriptor },
    { output: "weak", sources: ["tlsdesc/weak-main.c"], needs: ["libweak.so"] },
  ],
  invocations: ["needed", "opened", "lazy", "now", "weak"].map((program) => ({
    label: program,
    program,
  })),
};

const staticTls: ProgramCase = {
  name: "static TLS, opened",
  targets: [
    { output: "libsmall.so", sources: ["tls-static/library.c"], flags: ["-DSIZE=200"] },
    { output: "liblarge.so", sources: ["tls-static/library.c"], flags: ["-DSIZE=40000"] },
    { output: "main", sources: ["tls-static/main.c"] },
    { output: "initial", sources: ["tls-static/initial.c"], needs: ["liblarge.so"] },
  ],
  invocations: [
    { expect: { stdout: "cannot allocate memory in static TLS block" } },
    { label: "needed", program: "initial" },
  ],
};

const alignment: ProgramCase = {
  name: "TLS alignment",
  targets: [
    { output: "liblibrary.so", sources: ["tls-align/library.c"] },
    { output: "main", sources: ["tls-align/main.c"], needs: ["liblibrary.so"] },
  ],
};

/** Twenty-four small libraries, each with thread-local storage. */
export const moduleTargets: readonly Target[] = Array.from({ length: 24 }, (_, number) => ({
  output: `libmodule${number}.so`,
  sources: ["tls-many/module.c"],
  flags: [`-DNUMBER=${number}`],
}));

const many: ProgramCase = {
  name: "many TLS modules",
  targets: [...moduleTargets, { output: "main", sources: ["tls-many/main.c"] }],
};

const destructors: ProgramCase = {
  name: "destructors of thread-local objects",
  targets: [
    { output: "liblibrary.so", sources: ["tls-destructors/library.cc"] },
    { output: "main", sources: ["tls-destructors/main.cc"] },
  ],
  invocations: [{ expect: { stdout: /destroyed second.*\n.*destroyed first/ } }],
};

export const tlsCases: readonly ProgramCase[] = [
  ...[needed, opened, descriptors, staticTls, alignment, many, destructors],
];
