/** OpenJDK with each of its collectors: threads, mapped files, memory of its own, a child. */
import type { ForeignTest, Row } from "../row.ts";

const work = (options: string): string => `java ${options} -cp "$PREPARED" Work`;
const SAYS = /^309672864 799917472 64 child 0$/m;

const collector = (name: string, options: string): ForeignTest => ({
  name,
  command: work(options),
  expects: SAYS,
  timeout: 120,
});

export const java: readonly Row[] = [
  {
    name: "java",
    packages: ["default-jre-headless"],
    part: "short",
    // The compiler of the run-time environment, which has no javac.
    prepare: 'java -m jdk.compiler/com.sun.tools.javac.Main -d . "$SOURCES/Work.java"',
    tests: [
      ...["Serial", "Parallel", "G1", "Z", "Shenandoah"].map((name) =>
        collector(name, `-Xmx256m -XX:+Use${name}GC`),
      ),
      collector("Epsilon", "-Xmx2g -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC"),
      collector("interpreter", "-Xint -Xmx256m"),
      collector("no shared archive", "-Xshare:off -Xmx256m"),
      collector("uncompressed", "-XX:-UseCompressedOops -Xmx256m"),
    ],
  },
  {
    name: "javac",
    packages: ["default-jdk-headless"],
    part: "long",
    tests: [
      { name: "javac", command: 'javac -d . "$SOURCES/Work.java" && java Work', expects: SAYS },
      { name: "jshell", command: "echo 'System.out.println(6*7)' | jshell -", expects: /^42$/m },
      {
        name: "jcmd",
        command: [
          'java -XX:NativeMemoryTracking=summary -cp "$SOURCES" "$SOURCES/Work.java" wait & pid=$!',
          "sleep 3; jcmd $pid VM.native_memory && jcmd $pid GC.heap_info; kill $pid",
        ].join("\n"),
        expects: /Total: reserved=/,
      },
    ],
  },
];
