/** All cases of the conformance suite. */
import type { ProgramCase } from "../case.ts";
import { auditCases } from "./audit.ts";
import { directCases } from "./direct.ts";
import { dlCases } from "./dl.ts";
import { initCases } from "./init.ts";
import { loadingCases } from "./loading.ts";
import { processCases } from "./process.ts";
import { secureCases } from "./secure.ts";
import { symbolCases } from "./symbols.ts";
import { tlsCases } from "./tls.ts";

export const allCases: readonly ProgramCase[] = [
  ...symbolCases,
  ...tlsCases,
  ...initCases,
  ...loadingCases,
  ...directCases,
  ...dlCases,
  ...processCases,
  ...secureCases,
  ...auditCases,
];
