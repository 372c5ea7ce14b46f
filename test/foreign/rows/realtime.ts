/** Tests of threads, shared memory, message queues and locked memory. */
import type { Row } from "../row.ts";

export const realtime: readonly Row[] = [
  {
    name: "rt-tests",
    packages: ["rt-tests", "memtester", "sysbench"],
    part: "short",
    tests: [
      { name: "cyclictest", command: "cyclictest -m -t4 -q -l 200 -i 1000" },
      { name: "pmqtest", command: "pmqtest -q -l 100 -S" },
      { name: "ptsematest", command: "ptsematest -q -l 100 -S" },
      { name: "svsematest", command: "svsematest -q -l 100 -S" },
      { name: "svsematest, processes", command: "svsematest -q -l 100 -S -f" },
      { name: "sigwaittest", command: "sigwaittest -q -l 100 -t 2" },
      { name: "signaltest", command: "signaltest -q -l 100 -t 4 -m" },
      { name: "pi_stress", command: "pi_stress --duration=2 --groups=2 --quiet" },
      { name: "hackbench, threads", command: "hackbench -T -l 100 -g 4" },
      { name: "hackbench, processes", command: "hackbench -P -l 100 -g 4" },
      { name: "memtester", command: "memtester 4M 1" },
      {
        name: "sysbench memory",
        command: "sysbench memory --memory-total-size=1G --threads=4 run",
      },
      { name: "sysbench threads", command: "sysbench threads --time=1 --threads=8 run" },
    ],
  },
];
