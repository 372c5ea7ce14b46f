/** All rows, in the order in which they are run. */
import type { Row } from "../row.ts";
import { browsers } from "./browsers.ts";
import { confined } from "./confined.ts";
import { cpython } from "./cpython.ts";
import { debuggers } from "./debuggers.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { languages } from "./languages.ts";
import { linker } from "./linker.ts";
import { perl } from "./perl.ts";
import { preloads } from "./preloads.ts";
import { realtime } from "./realtime.ts";
import { sandboxes } from "./sandboxes.ts";
import { sanitizers } from "./sanitizers.ts";
import { servers } from "./servers.ts";
import { stressNg } from "./stress-ng.ts";

export const rows: readonly Row[] = [
  linker,
  ...sanitizers,
  go,
  ...browsers,
  ...sandboxes,
  confined,
  ...java,
  ...servers,
  ...languages,
  preloads,
  ...debuggers,
  ...realtime,
  ...stressNg,
  ...cpython,
  perl,
];
