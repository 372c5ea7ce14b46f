/**
 * Runs pahole, which prints the types of a file's debug info as C. Knows pahole's options and its
 * complaints; knows nothing of C.
 */
import { execFile } from "node:child_process";

/** Thrown with a sentence that names what to install. */
export class PaholeError extends Error {
  override readonly name = "PaholeError";
}

const NAMES_PER_CALL = 200;

function pahole(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: "C" } };
    execFile("pahole", args, options, (error, stdout, stderr) => {
      if (error && "code" in error && error.code === "ENOENT") {
        const advice = "pahole is not installed and an ABI is read with it: apt install pahole";
        return reject(new PaholeError(advice));
      }
      // pahole exits with 1 when one of several asked names is unknown and prints the others.
      if (error && stdout === "" && !/not found/.test(stderr)) {
        return reject(new PaholeError(`pahole failed: ${stderr.trim() || error.message}`));
      }
      resolve(stdout);
    });
  });
}

/**
 * Every struct and union of a file with debug info, anonymous ones that a typedef names included.
 * @returns C text, the offset and size of each member in a comment behind it
 * @throws PaholeError when pahole is missing or cannot read the file
 */
export function paholeRecords(debugFile: string): Promise<string> {
  return pahole(["--anon_include", debugFile]);
}

/**
 * The definitions of the named types (typedefs and enumerations too). Names that the debug info does
 * not have are left out.
 * @throws PaholeError when pahole is missing or cannot read the file
 */
export async function paholeNamed(debugFile: string, names: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (let i = 0; i < names.length; i += NAMES_PER_CALL) {
    const list = names.slice(i, i + NAMES_PER_CALL).join(",");
    texts.push(await pahole(["--skip_missing", "-C", list, debugFile]));
  }
  return texts.join("\n");
}
