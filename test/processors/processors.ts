/**
 * Processors as CPUID describes them, made up by rule: a generation's features, with the models, steppings,
 * caches and numbers of threads that its makers sold. What matters is that every rule of glibc's for a
 * model or a feature is met by one of them, not that each is a processor that one could buy.
 */

type Words = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** What a generation can do, by register. */
interface Generation {
  readonly leaf1: readonly [ecx: number, edx: number];
  readonly leaf7?: readonly [ebx: number, ecx: number, edx: number];
  /** Leaf 7, subleaf 1: EAX and EDX. */
  readonly leaf7More?: readonly [eax: number, edx: number];
  readonly extended: readonly [ecx: number, edx: number];
  /** States of XCR0, size of the area for all of them, and EAX of leaf 0xD, subleaf 1. */
  readonly xsave?: readonly [states: number, size: number, kinds: number];
  /** The highest basic leaf. */
  readonly leaves: number;
}

/** Caches in KiB and the logical processors that share each; 0: there is none. */
interface Caches {
  readonly l1: number;
  readonly l2: number;
  readonly l2Threads: number;
  readonly l3: number;
  readonly l3Threads: number;
  readonly inclusive: boolean;
}

/** One processor. */
export interface Processor {
  readonly name: string;
  readonly vendor:
    | "GenuineIntel"
    | "AuthenticAMD"
    | "HygonGenuine"
    | "CentaurHauls"
    | "GenuineOther";
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly generation: Generation;
  readonly caches: Caches;
  readonly threads: number;
}

/** XCR0: x87, SSE, AVX; AVX-512's three; protection keys; AMX's two; APX. */
const AVX_STATES = 0x7;
const AVX512_STATES = 0xe7;
const TILE_STATES = 0x602e7;
const APX_STATE = 0x80000;

const core2: Generation = {
  leaf1: [0x0408e3fd, 0xbfebfbff],
  extended: [0x1, 0x20100800],
  leaves: 0xd,
};
const westmere: Generation = {
  leaf1: [0x029ee3ff, 0xbfebfbff],
  extended: [0x1, 0x2c100800],
  leaves: 0xb,
};
const sandyBridge: Generation = {
  leaf1: [0x1fbae3ff, 0xbfebfbff],
  leaf7: [0x0, 0x0, 0x0],
  extended: [0x1, 0x28100800],
  xsave: [AVX_STATES, 0x340, 0x1],
  leaves: 0xd,
};
const haswell: Generation = {
  leaf1: [0x7ffafbff, 0xbfebfbff],
  leaf7: [0x00002fbb, 0x0, 0x0],
  extended: [0x21, 0x2c100800],
  xsave: [AVX_STATES, 0x340, 0x1],
  leaves: 0xd,
};
const skylake: Generation = {
  leaf1: [0x7ffafbbf, 0xbfebfbff],
  leaf7: [0x029c6fbf, 0x0, 0xbc000400],
  extended: [0x121, 0x2c100800],
  xsave: [0x1f, 0x440, 0xf],
  leaves: 0x16,
};
const skylakeServer: Generation = {
  leaf1: [0x7ffefbff, 0xbfebfbff],
  leaf7: [0xd39ffffb, 0x00000818, 0xbc000400],
  extended: [0x121, 0x2c100800],
  xsave: [0x2ff, 0xa88, 0xf],
  leaves: 0x16,
};
const iceLake: Generation = {
  leaf1: [0x7ffefbff, 0xbfebfbff],
  leaf7: [0xf3bfb7ef, 0x40417f5e, 0xbc040412],
  extended: [0x121, 0x2c100800],
  xsave: [AVX512_STATES | 0x200, 0xa88, 0xf],
  leaves: 0x1b,
};
const sapphireRapids: Generation = {
  leaf1: [0x7ffefbff, 0xbfebfbff],
  leaf7: [0xf3bfbfff, 0x1b417f7e, 0xffd14412],
  leaf7More: [0x00001c30, 0x0],
  extended: [0x121, 0x2c100800],
  xsave: [TILE_STATES, 0x2b00, 0x1f],
  leaves: 0x20,
};
const graniteRapids: Generation = {
  ...sapphireRapids,
  leaf7More: [0x00201c30, 0x00084000],
  leaves: 0x24,
};
const diamondRapids: Generation = {
  ...graniteRapids,
  leaf7More: [0x00a01cb8, 0x00284130],
  xsave: [TILE_STATES | APX_STATE, 0x2b00, 0x1f],
};
const alderLake: Generation = {
  leaf1: [0x7ffafbbf, 0xbfebfbff],
  leaf7: [0x239ca7eb, 0x98c027ac, 0xfc1cc410],
  leaf7More: [0x00400810, 0x0],
  extended: [0x121, 0x2c100800],
  xsave: [AVX_STATES | 0x200, 0xa88, 0xf],
  leaves: 0x20,
};
const bonnell: Generation = {
  leaf1: [0x0040e3bd, 0xbfe9fbff],
  extended: [0x1, 0x20100800],
  leaves: 0xa,
};
const silvermont: Generation = {
  leaf1: [0x41d8e3bf, 0xbfebfbff],
  leaf7: [0x00002282, 0x0, 0x0],
  extended: [0x101, 0x28100800],
  leaves: 0xb,
};
const goldmont: Generation = {
  leaf1: [0x4ff8ebbf, 0xbfebfbff],
  leaf7: [0x2294e283, 0x0, 0x0],
  extended: [0x101, 0x2c100800],
  xsave: [0x1b, 0x440, 0xf],
  leaves: 0x15,
};
const knightsLanding: Generation = {
  leaf1: [0x7ff8f3bf, 0xbfebfbff],
  leaf7: [0x1c0d23ab, 0x00000001, 0x0],
  extended: [0x121, 0x2c100800],
  xsave: [AVX512_STATES, 0xa80, 0x1],
  leaves: 0xd,
};
const k10: Generation = {
  leaf1: [0x00802009, 0x178bfbff],
  extended: [0x000037ff, 0xefd3fbff],
  leaves: 0x6,
};
const bulldozer: Generation = {
  leaf1: [0x1e98220b, 0x178bfbff],
  extended: [0x01c9bfff, 0x2fd3fbff],
  xsave: [AVX_STATES, 0x340, 0x0],
  leaves: 0xd,
};
const excavator: Generation = {
  leaf1: [0x7ed8320b, 0x178bfbff],
  leaf7: [0x000001a9, 0x0, 0x0],
  extended: [0x2fabbfff, 0x2fd3fbff],
  xsave: [AVX_STATES, 0x340, 0x1],
  leaves: 0xd,
};
const zen: Generation = {
  leaf1: [0x7ed8320b, 0x178bfbff],
  leaf7: [0x209c01a9, 0x0, 0x0],
  extended: [0x35c233ff, 0x2fd3fbff],
  xsave: [AVX_STATES, 0x340, 0xf],
  leaves: 0xd,
};
const zen3: Generation = {
  leaf1: [0x7ef8320b, 0x178bfbff],
  leaf7: [0x219c97a9, 0x0040068c, 0x00000010],
  extended: [0x75c237ff, 0x2fd3fbff],
  xsave: [0x207, 0x988, 0xf],
  leaves: 0x10,
};
const zen4: Generation = {
  leaf1: [0x7ef8320b, 0x178bfbff],
  leaf7: [0xf1bf97a9, 0x00405fce, 0x10000010],
  leaf7More: [0x00000020, 0x0],
  extended: [0x75c237ff, 0x2fd3fbff],
  xsave: [0x2e7, 0x988, 0xf],
  leaves: 0x10,
};
const zhaoxin: Generation = {
  leaf1: [0x7eda63eb, 0xbfcbfbff],
  leaf7: [0x000c0389, 0x0, 0x0],
  extended: [0x121, 0x2c100800],
  xsave: [AVX_STATES, 0x340, 0x1],
  leaves: 0xd,
};

const small: Caches = { l1: 24, l2: 512, l2Threads: 2, l3: 0, l3Threads: 0, inclusive: true };
const module: Caches = { l1: 24, l2: 1024, l2Threads: 4, l3: 0, l3Threads: 0, inclusive: false };
const desktop: Caches = { l1: 32, l2: 256, l2Threads: 2, l3: 8192, l3Threads: 16, inclusive: true };
const server: Caches = {
  l1: 32,
  l2: 1024,
  l2Threads: 2,
  l3: 36608,
  l3Threads: 64,
  inclusive: false,
};
const complex: Caches = {
  l1: 32,
  l2: 512,
  l2Threads: 2,
  l3: 16384,
  l3Threads: 8,
  inclusive: false,
};

type Row = readonly [
  name: string,
  models: readonly number[],
  generation: Generation,
  caches: Caches,
  steppings?: readonly number[],
];

const intelRows: readonly Row[] = [
  ["Core 2", [0x0f, 0x17, 0x1d], core2, { ...small, l1: 32, l2: 6144 }],
  ["Nehalem and Westmere", [0x1a, 0x1e, 0x1f, 0x2e, 0x25, 0x2c, 0x2f], westmere, desktop],
  ["Sandy and Ivy Bridge", [0x2a, 0x2d, 0x3a, 0x3e], sandyBridge, desktop],
  ["Haswell", [0x3c, 0x3f, 0x45, 0x46], haswell, desktop, [3, 4]],
  ["Broadwell", [0x3d, 0x47, 0x4f, 0x56], haswell, desktop],
  ["Skylake and Kaby Lake", [0x4e, 0x5e, 0x8e, 0x9e], skylake, desktop, [9, 0xc, 0xd]],
  ["Comet Lake", [0xa5, 0xa6], skylake, desktop],
  ["Skylake server", [0x55], skylakeServer, server, [4, 7, 11]],
  ["Cannon Lake", [0x66], skylakeServer, desktop],
  ["Ice, Tiger and Rocket Lake", [0x6a, 0x6c, 0x7d, 0x7e, 0x9d, 0x8c, 0x8d, 0xa7], iceLake, server],
  ["Sapphire and Emerald Rapids", [0x8f, 0xcf], sapphireRapids, server],
  ["Granite Rapids", [0xad, 0xae], graniteRapids, server],
  [
    "Alder, Raptor, Meteor, Lunar and Arrow Lake",
    [0x97, 0x9a, 0xbe, 0xb7, 0xba, 0xbf, 0xaa, 0xac, 0xbd, 0xc6],
    alderLake,
    desktop,
  ],
  ["later Arrow, Panther and Wildcat Lake", [0xb5, 0xc5, 0xcc, 0xd5], alderLake, desktop],
  ["Lakefield", [0x8a], goldmont, desktop],
  ["Bonnell and Saltwell", [0x1c, 0x26, 0x27, 0x35, 0x36], bonnell, small],
  ["Silvermont and Airmont", [0x37, 0x4a, 0x4d, 0x5d, 0x4c, 0x5a, 0x75], silvermont, module],
  ["Goldmont", [0x5c, 0x5f, 0x7a], goldmont, module],
  ["Tremont", [0x86, 0x96, 0x9c], goldmont, module],
  ["Sierra and Clearwater Forest, Grand Ridge", [0xaf, 0xb6, 0xdd], alderLake, server],
  ["Knights Landing and Mill", [0x57, 0x85], knightsLanding, module],
  ["an unknown model", [0xf7], iceLake, server],
];

/** Family, and rows of models for vendors whose families matter. */
const otherRows: readonly (readonly [vendor: Processor["vendor"], family: number, ...row: Row])[] =
  [
    ["GenuineIntel", 0xf, "Pentium 4", [6], core2, small],
    ["GenuineIntel", 0x12, "Nova Lake", [1, 3], alderLake, desktop],
    ["GenuineIntel", 0x13, "Diamond Rapids", [1], diamondRapids, server],
    ["AuthenticAMD", 0x10, "K10", [4], k10, { ...desktop, l2: 512 }],
    [
      "AuthenticAMD",
      0x15,
      "Bulldozer to Excavator",
      [2],
      bulldozer,
      { ...desktop, l1: 16, l2: 2048 },
    ],
    ["AuthenticAMD", 0x15, "Excavator", [0x60, 0x7f], excavator, { ...module, l2: 1024 }],
    ["AuthenticAMD", 0x17, "Zen to Zen 2", [1, 0x31, 0x71], zen, complex],
    ["AuthenticAMD", 0x19, "Zen 3", [1, 0x21], zen3, { ...complex, l3: 32768, l3Threads: 16 }],
    ["AuthenticAMD", 0x19, "Zen 4", [0x11, 0x61], zen4, { ...complex, l2: 1024, l3: 32768 }],
    ["AuthenticAMD", 0x1a, "Zen 5", [2, 0x44], zen4, { ...complex, l1: 48, l2: 1024, l3: 32768 }],
    ["HygonGenuine", 0x18, "Dhyana", [0, 1, 2, 4, 7], zen, complex],
    ["CentaurHauls", 6, "ZX-C", [0xf, 0x19], zhaoxin, { ...desktop, l3: 0 }],
    ["CentaurHauls", 7, "Wudaokou to Shijidadao", [0x1b, 0x3b, 0x5b, 0x6b], zhaoxin, desktop],
    ["GenuineOther", 6, "another vendor", [1], sandyBridge, desktop],
  ];

function expand(vendor: Processor["vendor"], family: number, row: Row): readonly Processor[] {
  const [name, models, generation, caches, steppings = [2]] = row;
  return models.flatMap((model) =>
    steppings.map((stepping) => ({
      name: `${name}, model 0x${model.toString(16)}, stepping ${stepping}`,
      vendor,
      family,
      model,
      stepping,
      generation,
      caches,
      threads: Math.max(caches.l3Threads, 4),
    })),
  );
}

/** All of them. */
export const processors: readonly Processor[] = [
  ...intelRows.flatMap((row) => expand("GenuineIntel", 6, row)),
  ...otherRows.flatMap(([vendor, family, ...row]) => expand(vendor, family, row)),
];

function wordsOf(name: string): Words {
  const word = (at: number) => Buffer.from(name, "latin1").readUInt32LE(at);
  return [0, word(0), word(8), word(4)];
}

function signature({ family, model, stepping }: Processor): number {
  const base = Math.min(family, 0xf);
  return (
    ((family - base) << 20) | ((model >> 4) << 16) | (base << 8) | ((model & 0xf) << 4) | stepping
  );
}

/** A cache of `kibibytes` with 64-byte lines as leaf 4 (and AMD's 0x8000001D) describes it. */
function cacheLeaf(
  type: number,
  level: number,
  kibibytes: number,
  threads: number,
  inclusive: boolean,
): Words {
  const ways = kibibytes % 12 === 0 ? 12 : kibibytes % 11 === 0 ? 11 : 8;
  const sets = (kibibytes * 1024) / (ways * 64);
  return [
    type | (level << 5) | (Math.max(threads - 1, 0) << 14),
    ((ways - 1) << 22) | 63,
    sets - 1,
    inclusive ? 2 : 0,
  ];
}

function cacheLeaves({ caches }: Processor): readonly Words[] {
  const { l1, l2, l2Threads, l3, l3Threads, inclusive } = caches;
  return [
    cacheLeaf(1, 1, l1, 2, false),
    cacheLeaf(2, 1, 32, 2, false),
    cacheLeaf(3, 2, l2, l2Threads, inclusive),
    ...(l3 > 0 ? [cacheLeaf(3, 3, l3, l3Threads, inclusive)] : []),
    [0, 0, 0, 0],
  ];
}

/** Sizes and places of the XSAVE states in the standard form. */
const states: Readonly<Record<number, readonly [size: number, offset: number]>> = {
  2: [0x100, 0x240],
  3: [0x40, 0x3c0],
  4: [0x40, 0x400],
  5: [0x40, 0x440],
  6: [0x200, 0x480],
  7: [0x400, 0x680],
  9: [0x8, 0xa80],
  17: [0x40, 0xac0],
  18: [0x2000, 0xb00],
  19: [0x80, 0x3c0],
};

type Leaf = readonly [leaf: number, subleaf: number, words: Words];

function xsaveLeaves({ generation: { xsave } }: Processor): readonly Leaf[] {
  if (xsave === undefined) return [];
  const [saved, size, kinds] = xsave;
  const present = Object.entries(states).filter(([state]) => (saved >> Number(state)) & 1);
  return [
    [0xd, 0, [saved, size, size, 0]],
    [0xd, 1, [kinds, size, 0, 0]],
    ...present.map(
      ([state, [bytes, at]]): Leaf => [
        0xd,
        Number(state),
        [bytes, at, state === "17" || state === "18" ? 2 : 0, 0],
      ],
    ),
  ];
}

/** AMD's description of caches: ways are codes. */
function amdCacheLeaves(processor: Processor): readonly Leaf[] {
  const { l1, l2, l3 } = processor.caches;
  const topology: readonly Leaf[] =
    processor.family < 0x17
      ? []
      : cacheLeaves(processor).map((words, index): Leaf => [0x8000001d, index, words]);
  return [
    [0x80000005, 0, [0, 0, (l1 << 24) | (8 << 16) | 64, (32 << 24) | (4 << 16) | 64]],
    [
      0x80000006,
      0,
      [0, 0, (l2 << 16) | (6 << 12) | 64, l3 === 0 ? 0 : ((l3 / 512) << 18) | (9 << 12) | 64],
    ],
    ...topology,
  ];
}

/** Leaves that hold something only when another leaf has the feature's bit. */
function featureLeaves({ generation: { leaf7, leaf7More } }: Processor): readonly Leaf[] {
  const [ebx = 0, ecx = 0] = leaf7 ?? [];
  const [, edx = 0] = leaf7More ?? [];
  return [
    ...((ebx >> 25) & 1 ? [[0x14, 0, [1, 0x1f, 7, 0]] as const] : []),
    ...((ecx >> 23) & 1 ? [[0x19, 0, [7, 0x15, 3, 0]] as const] : []),
    ...((edx >> 19) & 1 ? [[0x24, 0, [0, 0x00070001, 0, 0]] as const] : []),
  ];
}

function leavesOf(processor: Processor): readonly Leaf[] {
  const { vendor, threads, generation } = processor;
  const amd = vendor === "AuthenticAMD" || vendor === "HygonGenuine";
  const [first7 = 0, second7 = 0, third7 = 0] = generation.leaf7 ?? [];
  const [more7 = 0, last7 = 0] = generation.leaf7More ?? [];
  const [, ebx, ecx, edx] = wordsOf(vendor);
  const lastExtended = amd ? (processor.family >= 0x17 ? 0x80000020 : 0x8000001e) : 0x80000008;
  const leaf4: readonly Leaf[] = amd
    ? []
    : cacheLeaves(processor).map((words, index): Leaf => [4, index, words]);
  const topology: readonly Leaf[] =
    generation.leaves < 0xb || amd
      ? []
      : [
          [0xb, 0, [1, 2, 0x100, 0]],
          [0xb, 1, [6, threads, 0x201, 0]],
          [0xb, 2, [0, 0, 2, 0]],
        ];
  return [
    [0, 0, [generation.leaves, ebx, ecx, edx]],
    [1, 0, [signature(processor), threads << 16, ...generation.leaf1]],
    [2, 0, amd ? [0, 0, 0, 0] : [0x00feff01, 0xf0, 0, 0]],
    ...leaf4,
    [7, 0, [generation.leaf7More === undefined ? 0 : 1, first7, second7, third7]],
    [7, 1, [more7, 0, 0, last7]],
    ...topology,
    ...xsaveLeaves(processor),
    ...featureLeaves(processor),
    [0x80000000, 0, [lastExtended, ebx, ecx, edx]],
    [0x80000001, 0, [signature(processor), 0, ...generation.extended]],
    ...(amd ? amdCacheLeaves(processor) : [[0x80000006, 0, [0, 0, 0x01006040, 0]] as const]),
    [0x80000007, 0, [0, 0, 0, 0x100]],
    [0x80000008, 0, [0x3030, amd ? 0x1185f205 : 0x200, (6 << 12) | (threads - 1), 0]],
  ];
}

const hex = (value: number): string => (value >>> 0).toString(16);

/** The processor as the replayer reads it. */
export function replayTable(processor: Processor): string {
  const rows = leavesOf(processor).map(([leaf, subleaf, words]) =>
    [leaf, subleaf, ...words].map(hex).join(" "),
  );
  return `${[...rows, `xcr0 ${hex(processor.generation.xsave?.[0] ?? 0)}`].join("\n")}\n`;
}
