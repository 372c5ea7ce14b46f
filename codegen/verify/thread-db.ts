/**
 * The `_thread_db_*` descriptors of libc.so.6: glibc publishes in them, for debuggers, where some
 * fields of its private structs are. A stripped system thus tells whether a module fits it. Knows the
 * descriptors' names and form.
 */
import { placeOf, structNamed, typeSize } from "../abi/layout.ts";
import type { Abi, ThreadDbDescriptor } from "../abi/model.ts";
import { combined, compared, type Verdict } from "./check.ts";

const PREFIX = "_thread_db_";

/** Name in a descriptor -> struct of the module. Longer names first: one may begin with another. */
const STRUCTS: readonly (readonly [string, string])[] = [
  ["dtv_slotinfo_list", "dtv_slotinfo_list"],
  ["dtv_slotinfo", "dtv_slotinfo"],
  ["dtv_t", "dtv"],
  ["link_map", "link_map"],
  ["list_t", "list_head"],
  ["pthread_key_data_level2", ""],
  ["pthread_key_struct", ""],
  ["pthread_key_data", "pthread_key_data"],
  ["pthread", "pthread"],
  ["rtld_global", "rtld_global"],
  ["td_eventbuf_t", "td_eventbuf_t"],
  ["td_thr_events_t", "td_thr_events"],
];

/** Descriptors whose name is not simply struct_field. */
const PATHS: ReadonlyMap<string, string> = new Map([
  ["pthread_dtvp", "header.dtv"],
  ["pthread_eventbuf_eventmask", "eventbuf.eventmask"],
  ["pthread_eventbuf_eventmask_event_bits", "eventbuf.eventmask.event_bits"],
  ["pthread_schedparam_sched_priority", "schedparam.sched_priority"],
  ["dtv_t_pointer_val", "pointer.val"],
]);

function structOf(name: string): readonly [string, string] | undefined {
  return STRUCTS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}_`));
}

function checkSize(abi: Abi, { name, values }: ThreadDbDescriptor): readonly Verdict[] {
  const structName = structOf(name.slice(`${PREFIX}sizeof_`.length))?.[1];
  if (!structName) return [];
  const size = structNamed(abi, structName)?.size;
  return [compared(`size of ${structName} (${name})`, size, values[0])];
}

/** A descriptor holds bits, count, offset; count is 1 for a field that is described as a whole. */
function checkField(abi: Abi, { name, values }: ThreadDbDescriptor): readonly Verdict[] {
  const short = name.slice(PREFIX.length);
  const [prefix, structName] = structOf(short) ?? ["", ""];
  if (structName === "") return [];
  const path = PATHS.get(short) ?? short.slice(prefix.length + 1);
  const place = placeOf(abi, structName, path);
  const what = `${structName}.${path}`;
  if (!place) return [compared(`${what} (${name})`, undefined, `a field at ${values[2]}`)];
  const [bits = 0, count = 0, offset] = values;
  const isElement = count !== 1 && place.type.kind === "array";
  const size = place.type.kind === "array" && isElement ? typeSize(abi, place.type.of) : place.size;
  return [
    compared(`offset of ${what} (${name})`, place.offset, offset),
    compared(`size of ${what} (${name})`, size, bits / 8),
  ];
}

/** Holds the module's structs against what a libc says of them. */
export function verifyThreadDb(abi: Abi, found: readonly ThreadDbDescriptor[]): Verdict {
  return combined(
    found.flatMap((descriptor) =>
      descriptor.name.startsWith(`${PREFIX}sizeof_`)
        ? checkSize(abi, descriptor)
        : checkField(abi, descriptor),
    ),
  );
}
