/* The words of LD_DEBUG: names, what each asks for, and the help text. */
#include "process/environment.h"

#include "base/format.h"
#include "process/options.h"
#include "base/system.h"
#include "base/text.h"

enum {
    ALL_WORDS = DEBUG_LIBS | DEBUG_RELOC | DEBUG_FILES | DEBUG_SYMBOLS | DEBUG_BINDINGS |
                DEBUG_VERSIONS | DEBUG_IMPCALLS | DEBUG_SCOPES,
    NAME_COLUMN = 12, /* width of the column of names in the help text */
};

static const struct {
    char name[12], help[56];
    uint32_t words;
} debug_words[] = {
    {"libs", "display library search paths", DEBUG_LIBS | DEBUG_IMPCALLS},
    {"reloc", "display relocation processing", DEBUG_RELOC | DEBUG_IMPCALLS},
    {"files", "display progress for input file", DEBUG_FILES | DEBUG_IMPCALLS},
    {"symbols", "display symbol table processing", DEBUG_SYMBOLS | DEBUG_IMPCALLS},
    {"bindings", "display information about symbol binding", DEBUG_BINDINGS | DEBUG_IMPCALLS},
    {"versions", "display version dependencies", DEBUG_VERSIONS | DEBUG_IMPCALLS},
    {"scopes", "display scope information", DEBUG_SCOPES},
    {"all", "all previous options combined", ALL_WORDS},
    {"statistics", "display relocation statistics", DEBUG_STATISTICS},
    {"unused", "determined unused DSOs", DEBUG_UNUSED},
    {"help", "display this help message and exit", DEBUG_HELP},
};
enum { DEBUG_WORD_COUNT = sizeof debug_words / sizeof debug_words[0] };

static bool is_separator(char c) {
    return c == ' ' || c == ',' || c == ':';
}

static void add_word(const char *word, size_t length) {
    for (size_t i = 0; i < DEBUG_WORD_COUNT; ++i) {
        if (strlen(debug_words[i].name) == length &&
            memcmp(debug_words[i].name, word, length) == 0) {
            options.debug |= debug_words[i].words;
            return;
        }
    }
    print(2, "warning: debug option `%.*s' unknown; try LD_DEBUG=help\n", (int)length, word);
}

static _Noreturn void print_words(void) {
    print(1, "Valid options for the LD_DEBUG environment variable are:\n\n");
    for (size_t i = 0; i < DEBUG_WORD_COUNT; ++i) {
        const char *name = debug_words[i].name;
        print(1, "  %s%*s%s\n", name, NAME_COLUMN - (int)strlen(name), "", debug_words[i].help);
    }
    print(1, "\nTo direct the debugging output into a file instead of standard output\n"
             "a filename can be specified using the LD_DEBUG_OUTPUT environment variable.\n");
    system_exit(0);
}

void debug_words_read(const char *list) {
    while (*list != '\0') {
        size_t length = 0;
        while (list[length] != '\0' && !is_separator(list[length]))
            ++length;
        if (length > 0)
            add_word(list, length);
        list += length;
        if (*list != '\0')
            ++list;
    }
    if ((options.debug & DEBUG_UNUSED) != 0)
        options.bind_now = true;
    if ((options.debug & DEBUG_HELP) != 0)
        print_words();
}
