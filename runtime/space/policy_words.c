/* The words of a policy file. Knows letters, sizes and how a mistake is told; does not know what
 * the words mean. */
#include "space/policy_words.h"

#include "base/format.h"
#include "base/text.h"

bool words_complain(const struct scanner *scanner, const char *what) {
    print(2, "wine-ld: %s:%u: %s: \"%s\"\n", scanner->file, scanner->line, what, scanner->word);
    return false;
}

static void skip_blanks(struct scanner *scanner) {
    while (*scanner->at == ' ' || *scanner->at == '\t' || *scanner->at == '\r')
        ++scanner->at;
}

/* Whether no word goes on with this letter. */
static bool ends_word(char letter) {
    return letter == '\0' || letter == '\n' || letter == ' ' || letter == '\t' || letter == ',' ||
           letter == '\r' || letter == '#';
}

/* The next word of the line, or "" at its end. A comma is a word of its own. */
const char *words_next(struct scanner *scanner) {
    size_t length = 0;
    skip_blanks(scanner);
    if (*scanner->at == ',') {
        scanner->word[length++] = *scanner->at++;
    } else {
        for (; !ends_word(*scanner->at); ++scanner->at)
            if (length + 1 < POLICY_WORD)
                scanner->word[length++] = *scanner->at;
    }
    scanner->word[length] = '\0';
    return scanner->word;
}

/* Takes `word`, a name or a comma, where that is the next one. */
bool words_take(struct scanner *scanner, const char *word) {
    size_t length = 0;
    skip_blanks(scanner);
    while (word[length] != '\0' && scanner->at[length] == word[length])
        ++length;
    if (word[length] != '\0' || (*word != ',' && !ends_word(scanner->at[length])))
        return false;
    memcpy(scanner->word, word, length + 1);
    scanner->at += length;
    return true;
}

bool words_number_follows(struct scanner *scanner) {
    skip_blanks(scanner);
    return *scanner->at >= '0' && *scanner->at <= '9';
}

/* "4096", "0x1000", "64K", "1M", "4G", "8T". */
bool words_size(struct scanner *scanner, size_t *size) {
    const char *end, *word = words_next(scanner);
    uint64_t number = text_number(word, &end);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : *end == 'T' ? 40 : 0;
    if (end == word || end[shift != 0] != '\0' || number << shift >> shift != number ||
        number << shift > SIZE_MAX)
        return words_complain(scanner, "not a size");
    *size = (size_t)(number << shift);
    return true;
}
