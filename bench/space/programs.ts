/**
 * The programs whose recordings the judge of policies replays: what they are, which Debian packages hold them, and what
 * they are given to do. Pure.
 */
import { join } from "node:path";
import type { Arch } from "../../test/harness/elf.ts";

/** Packages that hold the programs; what these depend on comes with them. */
export const recordedPackages: readonly string[] = [
  ...[
    "7zip",
    "ffmpeg",
    "flac",
    "fonts-dejavu-core",
    "g++-12",
    "gcc-12",
    "gdb",
    "ghostscript",
    "git",
  ],
  ...["imagemagick", "lame", "librsvg2-bin", "lua5.4", "openjdk-17-jre-headless", "perl"],
  ...["php-cli", "python3", "python3-numpy", "ruby", "sqlite3", "vim", "xz-utils"],
  "zstd",
];

/** Where a recording finds things. */
export interface Places {
  readonly arch: Arch;
  /** The unpacked packages. */
  readonly tree: string;
  /** Its folder of programs' own libraries, as in `usr/lib/<triplet>`. */
  readonly libraries: string;
  /** A checkout of this project. */
  readonly root: string;
  /** The folder of `files`, where the program runs. */
  readonly folder: string;
}

/** A program and its work. */
export interface Recorded {
  readonly name: string;
  /** Within the tree. */
  readonly program: string | ((places: Places) => string);
  readonly arguments: (places: Places) => readonly string[];
  readonly input?: string;
  readonly environment?: (places: Places) => Readonly<Record<string, string>>;
}

const MiB = 1 << 20;

/** Uniform bytes that are the same each time (xorshift). */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; ++at) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

/** Text that compresses like a log: numbered lines of words. */
function text(lines: number): string {
  const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
  const draw = noise(lines * 4, 7);
  return Array.from({ length: lines }, (_, line) => {
    const chosen = [0, 1, 2, 3].map((at) => words[(draw[line * 4 + at] ?? 0) % words.length]);
    return `${line} ${chosen.join(" ")} ${(line * 2654435761) % 100003}\n`;
  }).join("");
}

/** 16-bit stereo sound: a chord with noise. */
function sound(seconds: number): Buffer {
  const rate = 44100;
  const samples = rate * seconds;
  const data = Buffer.alloc(samples * 4);
  const hiss = noise(samples, 11);
  for (let at = 0; at < samples; ++at) {
    const wave = [220, 277, 330].map((hertz) => Math.sin((2 * Math.PI * hertz * at) / rate));
    const value = 8000 * (wave[0] ?? 0) + 6000 * (wave[1] ?? 0) + 20 * (hiss[at] ?? 0);
    data.writeInt16LE(Math.trunc(value), at * 4);
    data.writeInt16LE(Math.trunc(6000 * (wave[2] ?? 0)), at * 4 + 2);
  }
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** A picture of shapes that overlap, with blurs, which are drawn aside. */
function picture(): string {
  const shapes = Array.from({ length: 600 }, (_, at) => {
    const [x, y, size] = [(at * 97) % 2000, (at * 61) % 1500, 20 + ((at * 13) % 180)];
    const filter = at % 20 === 0 ? ' filter="url(#soft)"' : "";
    return `<circle cx="${x}" cy="${y}" r="${size}" fill="rgb(${at % 255},${(at * 7) % 255},90)" opacity="0.6"${filter}/>`;
  });
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1500">',
    '<filter id="soft"><feGaussianBlur stdDeviation="12"/></filter>',
    ...shapes,
    "</svg>",
  ].join("\n");
}

const POSTSCRIPT = `%!PS
/page { /n exch def
  0 1 400 { /i exch def
    gsave i 37 mul n add 600 mod i 61 mul 780 mod translate i 360 mod rotate
    i 7 mod 7 div n 5 mod 5 div i 11 mod 11 div setrgbcolor
    newpath 0 0 moveto 80 40 120 -20 90 90 curveto closepath fill
    /Helvetica findfont 8 i 13 mod add scalefont setfont 0 0 moveto (placed ) show n 10 string cvs show
    grestore } for showpage } bind def
1 1 12 { page } for
`;

const CPLUSPLUS = `
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>
template <int N> struct stage {
    static int run(const std::map<std::string, std::vector<std::tuple<int, double, std::string>>> &in) {
        std::unordered_map<std::string, std::function<int(int)>> table;
        for (auto &[name, list] : in)
            table[name] = [&list](int at) { return std::get<0>(list[at % list.size()]) + N; };
        int sum = 0;
        for (auto &[name, call] : table)
            sum += std::regex_match(name, std::regex("a+b*" + std::to_string(N))) ? call(N) : 0;
        return sum + stage<N - 1>::run(in);
    }
};
template <> struct stage<0> {
    static int run(const std::map<std::string, std::vector<std::tuple<int, double, std::string>>> &) { return 0; }
};
int main() { return stage<40>::run({}); }
`;

const PYTHON = `
import json, re, numpy as np
kept = []
for turn in range(60):
    a = np.arange(60000 + 23000 * (turn % 7), dtype="f8")
    b = np.outer(a[:300 + 40 * turn], a[:500])
    kept.append(b[::3].copy())
    if turn % 5 == 4: del kept[::2]
    text = json.dumps([{"n": n, "s": "x" * (n % 50)} for n in range(4000)])
    kept.append(np.frombuffer(text.encode(), dtype="u1").copy())
    words = re.findall(r"[0-9]+", text)
    table = {w: len(w) for w in words}
np.linalg.svd(np.random.default_rng(1).random((300, 300)))
`;

const PERL = `
my (%kept, @list);
for my $turn (1 .. 120) {
    $kept{"k" . $turn % 23} = join(",", map { $_ * $turn } 1 .. 20000 + 1000 * ($turn % 9));
    push @list, [split /,/, $kept{"k" . $turn % 23}];
    splice @list, 0, 8 if @list > 20;
    my $copy = join "", values %kept;
    $copy =~ s/1,2/x/g;
}
`;

const PHP = `
$kept = [];
for ($turn = 0; $turn < 150; ++$turn) {
    $kept[$turn % 17] = range(1, 40000 + 3000 * ($turn % 13));
    $kept["s" . $turn % 29] = str_repeat("wine", 50000 * (1 + $turn % 9));
    $text = serialize($kept[$turn % 17]);
    usort($kept[$turn % 17], fn($a, $b) => ($a * 7919) % 1009 <=> ($b * 7919) % 1009);
}
`;

const RUBY = `
kept = {}
200.times do |turn|
  kept[turn % 19] = Array.new(20_000 + 2000 * (turn % 7)) { |n| (n * turn).to_s }
  kept["s#{turn % 31}"] = "ruby" * (30_000 * (1 + turn % 9))
  kept[turn % 19].sort_by { |s| s.reverse }.each_slice(100).map(&:join)
end
`;

const LUA = `
local kept = {}
for turn = 1, 200 do
  local list = {}
  for n = 1, 20000 + 3000 * (turn % 7) do list[n] = tostring(n * turn) end
  kept[turn % 23] = list
  kept["s" .. turn % 29] = string.rep("lua", 40000 * (1 + turn % 9))
  table.concat(list, ",")
end
`;

const SQL = `
PRAGMA cache_size=-60000;
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b TEXT);
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200000)
INSERT INTO t SELECT n, (n * 7919) % 100003, hex(randomblob(10 + n % 60)) FROM c;
CREATE INDEX i ON t(b, a);
SELECT count(*) FROM (SELECT a, group_concat(b) g FROM t GROUP BY a % 977 ORDER BY g);
DELETE FROM t WHERE a % 3 = 0;
CREATE TABLE u AS SELECT a.id, b.b FROM t a JOIN t b ON a.a = b.id ORDER BY b.b;
VACUUM;
SELECT max(length(b)) FROM u;
`;

/** Files that the programs read, by name. */
export const recordedFiles: Readonly<Record<string, () => string | Buffer>> = {
  "text.txt": () => text(250_000),
  "noise.bin": () => Buffer.concat([noise(6 * MiB, 3), Buffer.from(text(120_000))]),
  "sound.wav": () => sound(40),
  "picture.svg": picture,
  "page.ps": () => POSTSCRIPT,
  "stage.cc": () => CPLUSPLUS,
};

/** What an included file of the compilers may be in. */
function includes({ tree, arch, root }: Places, plus: boolean): readonly string[] {
  const triplet = arch === "i386" ? "i386-linux-gnu" : "x86_64-linux-gnu";
  const machine = arch === "i386" ? "i686-linux-gnu" : "x86_64-linux-gnu";
  const folders = [
    ...(plus ? ["include/c++/12", `include/${triplet}/c++/12`] : []),
    ...[`lib/gcc/${machine}/12/include`, `include/${triplet}`, "include"],
  ].map((folder) => join(tree, "usr", folder));
  return [...folders, join(root, "node_modules/tree-sitter-c/src")].flatMap((folder) => [
    "-isystem",
    folder,
  ]);
}

const compiler =
  (name: string) =>
  (places: Places): string =>
    `usr/lib/gcc/${places.arch === "i386" ? "i686" : "x86_64"}-linux-gnu/12/${name}`;
const java = (places: Places): string =>
  `usr/lib/jvm/java-17-openjdk-${places.arch === "i386" ? "i386" : "amd64"}/bin/keytool`;
/** ffmpeg makes its own pictures. */
const film = (seconds: number, size: string): readonly string[] => [
  ...[
    "-v",
    "error",
    "-nostdin",
    "-f",
    "lavfi",
    "-i",
    `testsrc2=size=${size}:rate=25:duration=${seconds}`,
  ],
];

/** What interpreters find beside themselves on an installed system. */
const below = (places: Places, ...names: readonly string[]): string =>
  names.map((name) => join(places.tree, name)).join(":");

/** All of them, in alphabetical order. */
export const recordedPrograms: readonly Recorded[] = [
  {
    name: "7zip",
    program: "usr/bin/7zz",
    arguments: () => ["a", "-bd", "-mx=9", "-mmt=2", "out.7z", "noise.bin"],
  },
  {
    name: "cc1",
    program: compiler("cc1"),
    arguments: (places) => [
      ...["-quiet", "-O2", ...includes(places, false)],
      ...[join(places.root, "node_modules/tree-sitter-c/src/parser.c"), "-o", "out.s"],
    ],
  },
  {
    name: "cc1plus",
    program: compiler("cc1plus"),
    arguments: (places) => ["-quiet", "-O2", ...includes(places, true), "stage.cc", "-o", "out.s"],
  },
  {
    name: "ffmpeg-vp9",
    program: "usr/bin/ffmpeg",
    arguments: () => [
      ...film(2, "640x360"),
      "-c:v",
      "libvpx-vp9",
      "-threads",
      "4",
      "-f",
      "null",
      "-",
    ],
  },
  {
    name: "ffmpeg-x264",
    program: "usr/bin/ffmpeg",
    arguments: () => [
      ...film(6, "1280x720"),
      "-c:v",
      "libx264",
      "-threads",
      "4",
      "-f",
      "null",
      "-",
    ],
  },
  {
    name: "ffmpeg-x265",
    program: "usr/bin/ffmpeg",
    arguments: () => [...film(2, "640x360"), "-c:v", "libx265", "-f", "null", "-"],
  },
  {
    name: "flac",
    program: "usr/bin/flac",
    arguments: () => ["-8", "-s", "-f", "-o", "out.flac", "sound.wav"],
  },
  {
    name: "gdb",
    program: "usr/bin/gdb",
    arguments: ({ tree }) => [
      ...["-nx", "-batch", "-ex", "info functions ^py_", "-ex", "info types int"],
      join(tree, "usr/bin/python3.11"),
    ],
    environment: (places) => ({ PYTHONHOME: below(places, "usr") }),
  },
  {
    name: "ghostscript",
    program: "usr/bin/gs",
    arguments: () => [
      ...["-q", "-dNOPAUSE", "-dBATCH", "-dNOSAFER", "-sDEVICE=png16m", "-r200"],
      ...["-dMaxBitmap=200000000", "-o", "out%d.png", "page.ps"],
    ],
    environment: (places) => ({
      GS_LIB: below(
        places,
        ...["Resource/Init", "Resource", "lib", "iccprofiles"].map(
          (name) => `usr/share/ghostscript/10.00.0/${name}`,
        ),
        "usr/share/color/icc/ghostscript",
        "usr/share/fonts/type1/urw-base35",
        "usr/share/fonts/truetype/dejavu",
      ),
    }),
  },
  {
    name: "git",
    program: "usr/bin/git",
    arguments: ({ root }) => [
      ...["-C", root, "-c", "safe.directory=*", "-c", "pack.threads=2", "pack-objects"],
      ...["--all", "-q", "--no-reuse-delta", "--stdout", "--window=20"],
    ],
    input: "",
  },
  {
    name: "imagemagick",
    program: "usr/bin/convert-im6.q16",
    arguments: () => [
      ...["-size", "2400x1800", "plasma:fractal", "-blur", "0x3", "-rotate", "17"],
      ...[
        "-resize",
        "60%",
        "(",
        "+clone",
        "-edge",
        "1",
        ")",
        "-append",
        "-quality",
        "90",
        "out.ppm",
      ],
    ],
    environment: (places) => ({
      MAGICK_CONFIGURE_PATH: below(places, "etc/ImageMagick-6"),
      MAGICK_CODER_MODULE_PATH: join(places.libraries, "ImageMagick-6.9.11/modules-Q16/coders"),
    }),
  },
  {
    name: "java",
    program: java,
    arguments: () => [
      ...["-J-Xmx256m", "-J-Xshare:off", "-genkeypair", "-keyalg", "RSA", "-keysize", "4096"],
      ...["-alias", "a", "-dname", "CN=a", "-storepass", "secret", "-keystore", "out.p12"],
    ],
  },
  {
    name: "lame",
    program: "usr/bin/lame",
    arguments: () => ["--quiet", "-V0", "sound.wav", "out.mp3"],
  },
  {
    name: "lua",
    program: "usr/bin/lua5.4",
    arguments: () => ["-e", LUA],
  },
  {
    name: "perl",
    program: "usr/bin/perl",
    arguments: () => ["-e", PERL],
  },
  {
    name: "php",
    program: "usr/bin/php8.2",
    arguments: () => ["-n", "-d", "memory_limit=-1", "-r", PHP],
  },
  {
    name: "python",
    program: "usr/bin/python3.11",
    arguments: () => ["-c", PYTHON],
    environment: (places) => ({
      PYTHONHOME: below(places, "usr"),
      PYTHONPATH: below(places, "usr/lib/python3/dist-packages"),
      OPENBLAS_NUM_THREADS: "4",
    }),
  },
  {
    name: "rsvg",
    program: "usr/bin/rsvg-convert",
    arguments: () => ["-o", "out.png", "picture.svg"],
  },
  {
    name: "ruby",
    program: "usr/bin/ruby3.1",
    arguments: () => ["--disable-gems", "-e", RUBY],
  },
  {
    name: "sqlite",
    program: "usr/bin/sqlite3",
    arguments: () => [":memory:"],
    input: SQL,
  },
  {
    name: "vim",
    program: "usr/bin/vim.basic",
    arguments: () => [
      ...[
        "-es",
        "-u",
        "NONE",
        "-i",
        "NONE",
        "-N",
        "-c",
        "set undolevels=1000",
        "-c",
        "%s/alpha/omega/g",
      ],
      ...[
        "-c",
        "%sort /beta/",
        "-c",
        "%normal Axyz",
        "-c",
        "undo",
        "-c",
        "g/gamma/m0",
        "-c",
        "w! out.txt",
      ],
      ...["-c", "q!", "text.txt"],
    ],
  },
  {
    name: "xz",
    program: "usr/bin/xz",
    arguments: () => ["-9", "-T2", "--block-size=4MiB", "-k", "-f", "-c", "noise.bin"],
  },
  {
    name: "zstd",
    program: "usr/bin/zstd",
    arguments: () => ["-q", "-19", "--long=27", "-T2", "-f", "-o", "out.zst", "noise.bin"],
  },
];
