/* Reading a policy. Knows the language; does not know how a zone is searched. */
#include "space/page.h"
#include "space/policy.h"

#include "arch.h"
#include "base/format.h"
#include "space/chance.h"
#include "space/policy_words.h"
#include "base/text.h"

struct policy policy __attribute__((section(".bss.policy")));

enum { BREAK_SPAN = 32 << 20 }; /* how far behind a program the kernel puts its break, at most */

uintptr_t policy_stack_room(const struct policy *from, const struct policy_layout *layout) {
    size_t limit = layout->stack_limit != NULL ? layout->stack_limit() : 0;
    size_t room = limit > from->stack_reserve ? limit : from->stack_reserve;
    return room < layout->stack ? page_down(layout->stack - room) : layout->stack;
}

/* Whether the kernel places things downwards from the stack. It does not where the stack may grow
 * without a limit, nor do emulators (valgrind), which take no image in the upper half. */
static bool is_downward(const struct policy_layout *layout) {
    return layout->kernel >= layout->stack / 2;
}

/* Where the program begins, or could, with the break that the kernel has chosen: what goes below is
 * to be no nearer to the break. */
static uintptr_t program_start(const struct policy_layout *layout) {
    uintptr_t end = page_down(layout->program_break);
    return layout->program != 0 ? page_down(layout->program)
           : layout->randomise && end >= 2 * BREAK_SPAN
               ? end - chance_below(BREAK_SPAN / PAGE) * PAGE
               : end;
}

static bool read_bound(struct scanner *scanner, uintptr_t *bound) {
    bool end = words_take(scanner, "end"), downward = is_downward(scanner->layout);
    if ((end && !downward) || words_take(scanner, "kernel")) {
        *bound = scanner->layout->kernel;
        return true;
    }
    if (!end && words_take(scanner, "break")) {
        *bound = page_up(scanner->layout->program_break);
        return true;
    }
    if (!end && words_take(scanner, "program")) {
        *bound = program_start(scanner->layout);
        scanner->result->beside_program = true;
        return true;
    }
    if (end || words_take(scanner, "stack")) {
        *bound = policy_stack_room(scanner->result, scanner->layout);
        return true;
    }
    return words_size(scanner, bound);
}

/* LOW HIGH. Two numbers cannot be the wrong way round; what the kernel decides may leave nothing
 * between a symbolic bound and another. `fixed`: whether the upper one is a number. */
static bool read_bounds(struct scanner *scanner, uintptr_t *low, uintptr_t *high, bool *fixed) {
    bool fixed_low = words_number_follows(scanner);
    if (!read_bound(scanner, low))
        return false;
    *fixed = words_number_follows(scanner);
    return read_bound(scanner, high) &&
           (*low < *high || !fixed_low || !*fixed ||
            words_complain(scanner, "the upper bound is not above the lower one"));
}

static void move_end(struct policy_zone *zone, bool upper, size_t most) {
    size_t by = chance_below(most / PAGE) * PAGE, size = zone->high - zone->low;
    by = zone->low >= zone->high ? 0 : by < size ? by : size;
    zone->high -= upper ? by : 0;
    zone->low += upper ? 0 : by;
}

/* [most SIZE] [late SIZE] [closed] */
static bool read_zone_use(struct scanner *scanner, struct policy_zone *zone) {
    size_t most = 0;
    if ((words_take(scanner, "most") && !words_size(scanner, &most)) ||
        (words_take(scanner, "late") && !words_size(scanner, &zone->late)))
        return false;
    if (most % PAGE != 0)
        return words_complain(scanner, "not a multiple of the page size");
    if (most != 0 && zone->low < zone->high && zone->high - zone->low > most)
        zone->high = zone->low + most;
    zone->closed = words_take(scanner, "closed");
    return true;
}

/* Whether the second of the next two bounds is `program`. */
static bool ends_at_program(struct scanner ahead) {
    words_next(&ahead);
    return words_take(&ahead, "program");
}

/* zone NAME LOW HIGH [random SIZE] [most SIZE] [late SIZE] [closed] */
static bool read_zone(struct scanner *scanner) {
    struct policy *result = scanner->result;
    struct policy_zone *zone = &result->zones[result->zone_count];
    bool fixed_high, fixed_low;
    size_t moved = 0;
    if (result->zone_count == POLICY_ZONES)
        return words_complain(scanner, "too many zones");
    memcpy(zone->name, words_next(scanner), ZONE_NAME);
    if (zone->name[0] == '\0' || strlen(scanner->word) >= ZONE_NAME)
        return words_complain(scanner, "not a name");
    fixed_low = words_number_follows(scanner);
    bool beside = ends_at_program(*scanner);
    if (!read_bounds(scanner, &zone->low, &zone->high, &fixed_high) ||
        (words_take(scanner, "random") && !words_size(scanner, &moved)))
        return false;
    if (fixed_low && fixed_high && moved >= zone->high - zone->low)
        return words_complain(scanner, "may leave nothing of the zone");
    if (zone->high % PAGE != 0 || zone->low % PAGE != 0)
        return words_complain(scanner, "not a multiple of the page size");
    /* What the kernel decides is random already; but what lies beside the program tells where that
     * is, which may be always the same. */
    if (moved != 0 && scanner->layout->randomise)
        move_end(zone, fixed_high || beside, moved);
    ++result->zone_count;
    return read_zone_use(scanner, zone);
}

/* guest LIBRARY SYMBOL VARIABLE */
static bool read_guest(struct scanner *scanner) {
    struct policy *result = scanner->result;
    memcpy(result->guest_library, words_next(scanner), ZONE_NAME);
    if (strlen(scanner->word) >= ZONE_NAME)
        return words_complain(scanner, "too long a name");
    memcpy(result->guest_symbol, words_next(scanner), SYMBOL_NAME);
    memcpy(result->guest_variable, words_next(scanner), SYMBOL_NAME);
    return true;
}

/* keep LOW HIGH */
static bool read_kept(struct scanner *scanner) {
    struct policy *result = scanner->result;
    if (result->kept_count == POLICY_KEPT)
        return words_complain(scanner, "too many ranges to keep");
    uintptr_t *low = &result->kept[result->kept_count].low;
    uintptr_t *high = &result->kept[result->kept_count++].high;
    bool fixed_high;
    return read_bounds(scanner, low, high, &fixed_high);
}

/* list LOW HIGH */
static bool read_listed(struct scanner *scanner) {
    struct policy *result = scanner->result;
    return read_bound(scanner, &result->listed.low) && read_bound(scanner, &result->listed.high);
}

/* device NAME */
static bool read_device(struct scanner *scanner) {
    struct policy *result = scanner->result;
    if (result->device_count == POLICY_DEVICES)
        return words_complain(scanner, "too many devices");
    memcpy(result->devices[result->device_count], words_next(scanner), SYMBOL_NAME);
    if (scanner->word[0] == '\0')
        return words_complain(scanner, "not a name");
    ++result->device_count;
    return true;
}

static bool read_zone_name(struct scanner *scanner, uint8_t *zone) {
    words_next(scanner);
    for (unsigned i = 0; i < scanner->result->zone_count; ++i) {
        if (text_equal(scanner->result->zones[i].name, scanner->word)) {
            *zone = (uint8_t)i;
            return true;
        }
    }
    return words_complain(scanner, "no such zone");
}

/* break kernel SIZE, break ZONE SIZE */
static bool read_break(struct scanner *scanner) {
    struct policy *result = scanner->result;
    result->break_moved = !words_take(scanner, "kernel");
    return (!result->break_moved || read_zone_name(scanner, &result->break_zone)) &&
           words_size(scanner, &result->break_size);
}

static bool read_kinds(struct scanner *scanner, uint16_t *kinds) {
    static const char names[SPACE_KINDS][12] = {
        [SPACE_IMAGE] = "image",   [SPACE_FILE] = "file",     [SPACE_ANONYMOUS] = "anonymous",
        [SPACE_STACK] = "stack",   [SPACE_SHARED] = "shared", [SPACE_RESERVED] = "reserved",
        [SPACE_HEAP] = "heap",     [SPACE_LINKER] = "linker", [SPACE_GUEST] = "guest",
        [SPACE_DEVICE] = "device",
    };
    do {
        uint16_t before = *kinds;
        bool any = text_equal(words_next(scanner), "any");
        for (unsigned i = 0; i < SPACE_KINDS; ++i)
            if (any || (names[i][0] != '\0' && text_equal(names[i], scanner->word)))
                *kinds = (uint16_t)(*kinds | 1U << i);
        if (*kinds == before)
            return words_complain(scanner, "not a kind, or named twice");
    } while (words_take(scanner, ","));
    return true;
}

static bool read_rule_zones(struct scanner *scanner, struct policy_rule *rule) {
    do {
        if (rule->zone_count == RULE_ZONES)
            return words_complain(scanner, "too many zones");
        if (!read_zone_name(scanner, &rule->zones[rule->zone_count]))
            return false;
        ++rule->zone_count;
    } while (words_take(scanner, ","));
    return true;
}

static bool is_power_of_two(size_t size) {
    return size != 0 && (size & (size - 1)) == 0;
}

/* The conditions of a rule: KINDS [from SIZE] [below SIZE] [multiple SIZE] */
static bool read_conditions(struct scanner *scanner, struct policy_rule *rule) {
    return read_kinds(scanner, &rule->kinds) &&
           (!words_take(scanner, "from") || words_size(scanner, &rule->from)) &&
           (!words_take(scanner, "below") || words_size(scanner, &rule->below)) &&
           (rule->below == 0 || rule->from < rule->below ||
            words_complain(scanner, "no size is below this and not below \"from\"")) &&
           (!words_take(scanner, "multiple") || words_size(scanner, &rule->multiple)) &&
           (is_power_of_two(rule->multiple) || words_complain(scanner, "not a power of two"));
}

/* place CONDITIONS in ZONES top|bottom [best [together]] [align SIZE] [only] [over] */
static bool read_rule(struct scanner *scanner) {
    struct policy *result = scanner->result;
    struct policy_rule *rule = &result->rules[result->rule_count];
    if (result->rule_count == POLICY_RULES)
        return words_complain(scanner, "too many rules");
    *rule = (struct policy_rule){.multiple = 1, .line = scanner->line};
    if (!read_conditions(scanner, rule))
        return false;
    if (!words_take(scanner, "in")) {
        words_next(scanner);
        return words_complain(scanner, "\"in\" expected, not");
    }
    if (!read_rule_zones(scanner, rule))
        return false;
    rule->top = words_take(scanner, "top");
    if (!rule->top && !words_take(scanner, "bottom")) {
        words_next(scanner);
        return words_complain(scanner, "\"top\" or \"bottom\" expected, not");
    }
    rule->best = words_take(scanner, "best");
    rule->together = rule->best && words_take(scanner, "together");
    if (words_take(scanner, "align") && !words_size(scanner, &rule->align))
        return false;
    rule->only = words_take(scanner, "only");
    rule->over = words_take(scanner, "over");
    result->places_devices |= rule->kinds == 1U << SPACE_DEVICE;
    if (rule->align != 0 && !is_power_of_two(rule->align))
        return words_complain(scanner, "not a power of two");
    ++result->rule_count;
    return true;
}

/* For whom the following statements are. */
struct audience {
    bool arch, program;
};

/* arch NAME; program small|large|any: whether the guest program is large-address-aware, which says
 * something of programs with 32 bits only. */
static bool read_audience(struct scanner *scanner, struct audience *audience, bool *found) {
    bool large = scanner->layout->large, wide = scanner->layout->wide;
    *found = true;
    if (words_take(scanner, "arch")) {
        *audience = (struct audience){text_equal(words_next(scanner), ARCH_NAME), true};
        return true;
    }
    if (!words_take(scanner, "program")) {
        *found = false;
        return true;
    }
    scanner->result->by_program |= audience->arch;
    const char *word = words_next(scanner);
    bool is_small = text_equal(word, "small"), is_large = text_equal(word, "large");
    audience->program = text_equal(word, "any") || (!wide && (large ? is_large : is_small));
    return audience->program || is_small || is_large ||
           words_complain(scanner, "not a kind of program");
}

/* One statement. */
static bool read_statement(struct scanner *scanner, struct audience *audience) {
    bool found;
    bool good = read_audience(scanner, audience, &found);
    if (!good || found)
        return good;
    if (!audience->arch || !audience->program) {
        while (*scanner->at != '\n' && *scanner->at != '\0')
            ++scanner->at;
        return true;
    }
    const char *word = words_next(scanner);
    return *word == '\0'                ? true
           : text_equal(word, "zone")   ? read_zone(scanner)
           : text_equal(word, "stack")  ? words_size(scanner, &scanner->result->stack_reserve)
           : text_equal(word, "break")  ? read_break(scanner)
           : text_equal(word, "guest")  ? read_guest(scanner)
           : text_equal(word, "keep")   ? read_kept(scanner)
           : text_equal(word, "list")   ? read_listed(scanner)
           : text_equal(word, "device") ? read_device(scanner)
           : text_equal(word, "place")  ? read_rule(scanner)
                                        : words_complain(scanner, "unknown word");
}

bool policy_parse(struct policy *result, const char *name, const char *text,
                  const struct policy_layout *layout) {
    struct scanner scanner = {
        .at = text, .file = name, .line = 1, .layout = layout, .result = result};
    struct audience audience = {true, true};
    *result = (struct policy){.zone_count = 0};
    for (;; ++scanner.line) {
        if (!read_statement(&scanner, &audience))
            return false;
        if (*words_next(&scanner) != '\0')
            return words_complain(&scanner, "too much");
        while (*scanner.at != '\n' && *scanner.at != '\0') /* a comment */
            ++scanner.at;
        if (*scanner.at++ == '\0')
            return true;
    }
}

const struct policy_rule *policy_rule_for(const struct policy *from, enum space_kind kind,
                                          size_t size) {
    for (unsigned i = 0; i < from->rule_count; ++i) {
        const struct policy_rule *rule = &from->rules[i];
        if ((rule->kinds >> kind & 1) != 0 && size >= rule->from &&
            (rule->below == 0 || size < rule->below) && (size & (rule->multiple - 1)) == 0)
            return rule;
    }
    return NULL;
}
