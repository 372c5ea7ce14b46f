/** Sizes and addresses as people read and write them. Pure. */
import { UsageError } from "../command-error.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** "4 KiB", "1.4 MiB", "128 TiB". */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    ++unit;
  }
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** An address with as many digits as its address space has, at least eight. */
export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(address < 2 ** 32 ? 8 : 12, "0")}`;
}

/** "64K", "2G", "0x10000" as bytes. */
export function parseSize(text: string): number {
  const match = /^(0x[0-9a-f]+|\d+)([KMGT]?)$/i.exec(text);
  const factor = 1024 ** "KMGT".indexOf(match?.[2]?.toUpperCase() || " ");
  if (match?.[1] === undefined) throw new UsageError(`"${text}" is not a size (4096, 64K, 2G)`);
  return Number(match[1]) * (match[2] ? factor * 1024 : 1);
}

/** "rwx", "r--" of PROT_ bits. */
export function protectionText(protection: number): string {
  return [...("rwx" as const)]
    .map((letter, bit) => ((protection >> bit) & 1 ? letter : "-"))
    .join("");
}
