/** How kinds of mappings look, in pictures and in the terminal. */
import type { MappingKind } from "./address-space.ts";

/** Colours that stay apart for most eyes, too when they lie side by side in thin stripes. */
export const KIND_COLOURS: Readonly<Record<MappingKind, string>> = {
  image: "#3b6fb6",
  file: "#56b4c9",
  device: "#2f9e63",
  guest: "#9bc53d",
  anonymous: "#f0a830",
  heap: "#e0603f",
  break: "#a83a52",
  stack: "#8e5bb5",
  shared: "#8c6d4f",
  reserved: "#c3cad4",
  linker: "#d46fa8",
  kernel: "#2b3440",
};

/** One letter for each. */
export const KIND_LETTERS: Readonly<Record<MappingKind, string>> = {
  image: "I",
  file: "F",
  device: "D",
  guest: "W",
  anonymous: "A",
  heap: "H",
  break: "B",
  stack: "S",
  shared: "M",
  reserved: "R",
  linker: "L",
  kernel: "K",
};
