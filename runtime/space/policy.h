/* Where mappings go, as data: zones of the address space, and for each kind of mapping the zones it
 * is put into, from which end and how aligned. The language is described in docs/address-space.md.
 *
 * Read once at start, immutable afterwards. */
#ifndef WINE_LD_SPACE_POLICY_H
#define WINE_LD_SPACE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "space/space.h"

enum {
    POLICY_ZONES = 8,
    POLICY_RULES = 24,
    POLICY_KEPT = 4,
    POLICY_DEVICES = 4,
    RULE_ZONES = 4,
    ZONE_NAME = 16,
    SYMBOL_NAME = 32
};

struct policy_zone {
    char name[ZONE_NAME];
    uintptr_t low, high;
    size_t late; /* left alone while zones before it have room, and a hole of this size; 0: never */
    bool closed; /* address space that wine wants to keep for the guest is refused here */
};

/* Mappings of `kinds` with `from` <= size < `below`, a multiple of `multiple`, go into the first of
 * `zones` that has room. */
struct policy_rule {
    uint16_t kinds; /* bit per enum space_kind */
    uint8_t zone_count, zones[RULE_ZONES];
    bool top;                  /* packed against the upper end, else the lower */
    bool best;                 /* smallest hole that fits, of some; else the nearest to the end */
    bool together;             /* of the holes of all its zones; else of the first that has room */
    bool only;                 /* the kernel is not asked when there is no room */
    bool over;                 /* the lowest room, free or only kept for the guest */
    size_t from, below, align; /* bytes; below 0: no limit; align 0: pages */
    size_t multiple;           /* of which the size must be one: a power of two */
    unsigned line;             /* of the policy's text */
};

struct policy {
    struct policy_zone zones[POLICY_ZONES];
    struct policy_rule rules[POLICY_RULES]; /* the first that matches counts */
    unsigned zone_count, rule_count;
    struct {
        uintptr_t low, high;
    } kept[POLICY_KEPT]; /* for the guest, before its library looks for address space */
    unsigned kept_count;
    struct {
        uintptr_t low, high;
    } listed;         /* the guest's library is told that this is kept too; low == high: nothing */
    bool break_moved; /* the break lies in break_zone, not where the kernel put it */
    uint8_t break_zone;
    size_t break_size;                         /* address space kept for it */
    bool places_devices;                       /* a rule names them */
    char devices[POLICY_DEVICES][SYMBOL_NAME]; /* what is called so is mapped like a device */
    unsigned device_count;
    bool beside_program; /* a zone ends where the program begins */
    bool by_program;     /* not the same for every guest program */
    char guest_library[ZONE_NAME],
        guest_symbol[SYMBOL_NAME],   /* who maps for the guest; empty: nobody */
        guest_variable[SYMBOL_NAME]; /* where its program learns what is kept */
    size_t stack_reserve;            /* kept free below the initial stack at least */
};

/* What the kernel decided before we came: the symbolic bounds of zones. */
struct policy_layout {
    uintptr_t stack;             /* the lowest address of the initial stack */
    uintptr_t kernel;            /* the end of the highest mapping below the stack */
    uintptr_t program;           /* where the program begins; 0: not known yet */
    uintptr_t program_break;     /* where the kernel has put the break */
    size_t (*stack_limit)(void); /* RLIMIT_STACK in bytes, 0: none; NULL: as if none */
    bool randomise;
    bool large; /* the guest program is known to handle addresses above 2 GiB */
    bool wide;  /* it has 64 bits, as far as is known */
};

/* The immutable policy. No zones and no rules: the kernel chooses. */
extern struct policy policy;

/* Reads `text`; `name` stands in messages. Returns false after saying on standard error what is
 * wrong in which line. `random` returns random bits (for zones with `random`). */
bool policy_parse(struct policy *result, const char *name, const char *text,
                  const struct policy_layout *layout);

/* The lower end of the room that the initial stack has to grow: what the bound `stack` of a zone
 * means. */
uintptr_t policy_stack_room(const struct policy *from, const struct policy_layout *layout);

/* The text of a built-in policy, NULL: there is none of this name. */
const char *policy_builtin(const char *name);

/* The rule for a mapping, NULL: the kernel chooses. */
const struct policy_rule *policy_rule_for(const struct policy *from, enum space_kind kind,
                                          size_t size);

#endif
