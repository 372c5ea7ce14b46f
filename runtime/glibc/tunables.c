/* Tunables: their values, and how libc asks for them (__tunable_get_val).
 *
 * Knows types, ranges and the rules of setting a value. Where values come from is
 * tunables_environment.c. Written once at start, by one thread; read by libc afterwards. */
#include "glibc/tunables.h"

#include "arch.h"
#include "base/format.h"
#include "glibc/tunables_environment.h"
#include "base/text.h"
#include "tunables_table.h"
#include "glibc_layout.h"

/* tunable_val_t: what a callback is handed. */
union tunable_value {
    int64_t number;
    const char *text;
};

static struct state {
    union tunable_value value;
    uint64_t minimum, maximum;
} states[TUNABLE_COUNT];
static bool were_set[TUNABLE_COUNT];

void tunables_init(char **envp, bool secure) {
    for (unsigned id = 0; id < TUNABLE_COUNT; ++id) {
        const struct tunable *tunable = &tunable_table[id];
        struct state *state = &states[id];
        *state = (struct state){.minimum = tunable->minimum, .maximum = tunable->maximum};
        were_set[id] = false;
        if (tunable->type != TUNABLE_STRING)
            state->value.number = (int64_t)tunable->initial;
    }
    tunables_environment_read(envp, secure, tunable_table, TUNABLE_COUNT);
}

/* Whether a < b, as values of this type compare. */
static bool is_below(unsigned type, uint64_t a, uint64_t b) {
    return type == TUNABLE_INT32 ? (int64_t)a < (int64_t)b : a < b;
}

/* Sets the value when it lies within the bounds; the bounds may only become narrower. */
static void update(unsigned id, uint64_t value, uint64_t minimum, uint64_t maximum) {
    unsigned type = tunable_table[id].type;
    struct state *state = &states[id];
    if (tunable_narrowed != NULL)
        value = tunable_narrowed(type, value);
    if (is_below(type, minimum, state->minimum))
        minimum = state->minimum;
    if (is_below(type, state->maximum, maximum))
        maximum = state->maximum;
    if (is_below(type, maximum, minimum)) {
        minimum = state->minimum;
        maximum = state->maximum;
    }
    if (is_below(type, value, minimum) || is_below(type, maximum, value))
        return;
    state->value.number = (int64_t)value;
    state->minimum = minimum;
    state->maximum = maximum;
    were_set[id] = true;
}

/* A number with blanks and a sign before it, as glibc reads tunables; 0 when there is none. */
static uint64_t read_number(const char *text) {
    while (*text == ' ' || *text == '\t')
        ++text;
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    const char *end;
    uint64_t number = *text >= '0' && *text <= '9' ? text_number(text, &end) : 0;
    return negative ? 0 - number : number;
}

void tunable_set_text(unsigned id, const char *text) {
    if (tunable_table[id].type == TUNABLE_STRING) {
        states[id].value.text = text;
        were_set[id] = true;
    } else {
        update(id, read_number(text), states[id].minimum, states[id].maximum);
    }
}

bool tunable_is_set(unsigned id) {
    return id < TUNABLE_COUNT && were_set[id];
}

/* The id of a tunable; TUNABLE_COUNT: this glibc has none such. */
static unsigned find(const char *name) {
    size_t length = strlen(name);
    unsigned id = 0;
    while (id < TUNABLE_COUNT && (tunable_table[id].name_length != length ||
                                  memcmp(tunable_table[id].name, name, length) != 0))
        ++id;
    return id;
}

bool tunable_was_set(const char *name) {
    return tunable_is_set(find(name));
}

void tunable_set(const char *name, uint64_t value, uint64_t minimum, uint64_t maximum) {
    unsigned id = find(name);
    if (id < TUNABLE_COUNT)
        update(id, value, minimum, maximum);
}

unsigned long long tunable_number(const char *name, unsigned long long fallback) {
    unsigned id = find(name);
    return id < TUNABLE_COUNT ? (unsigned long long)states[id].value.number : fallback;
}

const char *tunable_text(const char *name) {
    unsigned id = find(name);
    return id < TUNABLE_COUNT && tunable_table[id].type == TUNABLE_STRING ? states[id].value.text
                                                                          : NULL;
}

void tunables_print(void) {
    for (unsigned id = 0; id < TUNABLE_COUNT; ++id) {
        const struct tunable *tunable = &tunable_table[id];
        const struct state *state = &states[id];
        uint64_t value = (uint64_t)state->value.number;
        if (tunable->type == TUNABLE_INT32)
            print(1, "%s: %d (min: %d, max: %d)\n", tunable->name, (int)value, (int)state->minimum,
                  (int)state->maximum);
        else if (tunable->type != TUNABLE_STRING)
            print(1, "%s: 0x%lx (min: 0x%lx, max: 0x%lx)\n", tunable->name, (unsigned long)value,
                  (unsigned long)state->minimum, (unsigned long)state->maximum);
        else if (state->value.text != NULL)
            print(1, "%s: %s\n", tunable->name, state->value.text);
        else
            print(1, "%s:\n", tunable->name);
    }
}

/* libc's way to a tunable: stores the value as the tunable's own type at `value`, and when it was
 * set calls `callback` with it. */
EXPORT void __tunable_get_val(unsigned id, void *value,
                              void (*callback)(union tunable_value *value));

void __tunable_get_val(unsigned id, void *value, void (*callback)(union tunable_value *value)) {
    if (id >= TUNABLE_COUNT)
        return;
    struct state *state = &states[id];
    switch (tunable_table[id].type) {
    case TUNABLE_INT32:
        *(int32_t *)value = (int32_t)state->value.number;
        break;
    case TUNABLE_UINT64:
        *(uint64_t *)value = (uint64_t)state->value.number;
        break;
    case TUNABLE_SIZE:
        *(size_t *)value = (size_t)state->value.number;
        break;
    default:
        *(const char **)value = state->value.text;
        break;
    }
    if (were_set[id] && callback != NULL)
        callback(&state->value);
}
