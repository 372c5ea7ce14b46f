/** Browsers: many processes that start themselves again, their own allocators, compilers and sandboxes. */
import type { Row } from "../row.ts";

const firefox = (options: string): string =>
  [
    "mkdir profile",
    `firefox-esr --headless --no-remote --profile "$PWD/profile" ${options} --window-size=400,300 \\`,
    '  --screenshot "$PWD/page.png" "file://$SOURCES/page.html"',
    // The page is red where its script drew.
    'python3 "$SOURCES/colour.py" page.png',
  ].join("\n");

const chromium = (options: string): string =>
  [
    // The shell script that starts it looks for flags of an installation.
    `/usr/lib/chromium/chromium --headless=new --disable-gpu --user-data-dir="$PWD/data" ${options} \\`,
    '  --virtual-time-budget=5000 --dump-dom "file://$SOURCES/page.html"',
  ].join("\n");

const EXPECTED = /<p id="result">sum 49995000 wasm 42 worker 7</;

export const browsers: readonly Row[] = [
  {
    name: "firefox",
    packages: ["firefox-esr", "python3"],
    part: "short",
    isOrdinary: true,
    tests: [{ name: "screenshot", command: firefox(""), expects: /^red\n$/m, timeout: 120 }],
  },
  {
    name: "chromium",
    packages: ["chromium", "chromium-sandbox"],
    part: "short",
    isOrdinary: true,
    tests: [
      { name: "sandbox of namespaces", command: chromium(""), expects: EXPECTED },
      {
        name: "set-user-id sandbox",
        command: chromium("--disable-namespace-sandbox"),
        expects: EXPECTED,
      },
      { name: "no sandbox", command: chromium("--no-sandbox"), expects: EXPECTED },
      {
        name: "single process",
        command: chromium("--no-sandbox --single-process"),
        expects: EXPECTED,
      },
    ],
  },
];
