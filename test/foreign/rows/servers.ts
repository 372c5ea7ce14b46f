/** Databases and servers: shared memory, many processes, threads, mapped files, a client on a local socket. */
import type { Row } from "../row.ts";

const postgres = (options: string): string =>
  [
    "bin=$(echo /usr/lib/postgresql/*/bin)",
    "$bin/initdb -D data -A trust -U foreign > log 2>&1 || { cat log >&2; exit 1; }",
    `$bin/pg_ctl -w -D data -l log -o "-k $PWD -c listen_addresses='' ${options}" start > /dev/null || { cat log >&2; exit 1; }`,
    'export PGHOST="$PWD" PGUSER=foreign PGDATABASE=postgres',
    "$bin/pgbench -i -q 2> /dev/null && $bin/pgbench -c 4 -j 2 -t 250 2>&1",
    // JIT, a parallel plan in dynamic shared memory, a procedural language and a hash of an extension.
    `$bin/psql -At -c "set jit_above_cost=0; set parallel_setup_cost=0; set parallel_tuple_cost=0; set min_parallel_table_scan_size=0; select count(*), sum(abs(abalance)) >= 0 from pgbench_accounts"`,
    `$bin/psql -At -c "do 'begin for i in 1..1000 loop perform sha256(i::text::bytea); end loop; end'"`,
    "$bin/pg_ctl -D data -m fast stop > /dev/null; status=$?; grep -E 'PANIC|signal' log >&2; exit $status",
  ].join("\n");

const WORKED = /transactions actually processed: 1000\/1000[\s\S]*^100000\|t$[\s\S]*^DO$/m;

export const servers: readonly Row[] = [
  {
    name: "postgres",
    packages: ["postgresql"],
    part: "short",
    isOrdinary: true,
    tests: [
      { name: "pgbench", command: postgres(""), expects: WORKED },
      {
        name: "pgbench, shared memory of System V",
        command: postgres(
          "-c shared_memory_type=sysv -c dynamic_shared_memory_type=sysv -c huge_pages=off",
        ),
        expects: WORKED,
      },
      {
        name: "pgbench, mapped files",
        command: postgres("-c dynamic_shared_memory_type=mmap"),
        expects: WORKED,
      },
    ],
  },
  {
    name: "redis",
    packages: ["redis-server", "redis-tools"],
    part: "short",
    isOrdinary: true,
    tests: [
      {
        name: "benchmark and a snapshot by a child",
        command: [
          'redis-server --port 0 --unixsocket "$PWD/socket" --dir "$PWD" --io-threads 2 > log & pid=$!',
          "for i in $(seq 100); do [ -S socket ] && break; sleep 0.1; done",
          "redis-benchmark -s socket -n 5000 -c 20 -q -t set,get,lpush,incr > bench || exit 1",
          "redis-cli -s socket eval 'local s = 0; for i = 1, 1000 do s = s + i end; return s' 0",
          "redis-cli -s socket bgsave > /dev/null; sleep 1; redis-cli -s socket shutdown nosave; wait $pid",
          "grep -c 'Background saving terminated with success' log",
        ].join("\n"),
        expects: /^500500\n1\n$/,
      },
    ],
  },
  {
    name: "nginx",
    packages: ["nginx-core", "curl"],
    part: "short",
    tests: [
      {
        name: "two workers",
        command: [
          "seq 20000 > page.txt; chmod 755 .",
          'printf "user root; worker_processes 2; daemon off; pid $PWD/pid; error_log $PWD/error; events {}',
          '  http { access_log off; gzip on; aio threads; server { listen unix:$PWD/socket; root $PWD; } }" > conf',
          'nginx -c "$PWD/conf" & pid=$!',
          "for i in $(seq 100); do [ -S socket ] && break; sleep 0.1; done",
          "for i in $(seq 50); do curl -s --compressed --unix-socket socket http://localhost/page.txt; done | md5sum",
          "kill -HUP $pid; sleep 0.5; curl -s --unix-socket socket http://localhost/page.txt | md5sum; kill -QUIT $pid; wait $pid",
        ].join("\n"),
        expects: /^[0-9a-f]{32} {2}-\n[0-9a-f]{32} {2}-\n$/,
      },
    ],
  },
  {
    name: "fio",
    packages: ["fio"],
    part: "short",
    tests: ["mmap", "io_uring", "libaio", "posixaio", "sync"].map((engine) => ({
      name: `${engine}, verified`,
      command: `fio --name=test --ioengine=${engine} --rw=randrw --bs=4k --size=4m --verify=crc32c --iodepth=8 --numjobs=2 --minimal`,
    })),
  },
];
