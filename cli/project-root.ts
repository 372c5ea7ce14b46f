/** The folder that the command belongs to. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout or package that holds runtime/, templates/ and codegen/. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "..");
