/* Paths as text (gABI "Shared Object Dependencies", ld.so(8) "Dynamic string tokens").
 *
 * Knows how lists are split and tokens replaced, and the rules that keep a secure process from
 * trusting $ORIGIN. Knows nothing about files. */
#include "base/search_path.h"

#include "base/text.h"

static bool is_one_of(char c, const char *characters) {
    return c != '\0' && text_find(characters, c) != NULL;
}

bool path_next(const char **list, const char *separators, struct path_part *part) {
    if (*list == NULL)
        return false;
    const char *end = *list;
    while (*end != '\0' && !is_one_of(*end, separators))
        ++end;
    *part = (struct path_part){*list, (size_t)(end - *list)};
    *list = *end != '\0' ? end + 1 : NULL;
    return true;
}

bool path_next_nonempty(const char **list, const char *separators, struct path_part *part) {
    while (path_next(list, separators, part))
        if (part->length > 0)
            return true;
    return false;
}

bool path_list_holds(const char *list, const struct path_part *name) {
    struct path_part part;
    while (path_next(&list, ":", &part))
        if (part.length == name->length && memcmp(part.start, name->start, name->length) == 0)
            return true;
    return false;
}

enum token { TOKEN_NONE, TOKEN_ORIGIN, TOKEN_PLATFORM, TOKEN_LIB };

static bool continues_name(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether `text` (after the dollar sign) begins with the token `name`; its length with braces, or
 * 0. */
static size_t token_length(struct path_part text, const char *name) {
    size_t length = strlen(name);
    size_t brace = text.length > 0 && text.start[0] == '{';
    if (text.length < brace + length || memcmp(text.start + brace, name, length) != 0)
        return 0;
    size_t end = brace + length;
    char next = '\0';
    if (end < text.length)
        next = text.start[end];
    if (brace != 0 ? next != '}' : continues_name(next))
        return 0;
    return end + brace;
}

/* The token that `text`, which begins with a dollar sign, starts with. *length counts the dollar.
 */
static enum token token_at(struct path_part text, size_t *length) {
    static const struct {
        const char *name;
        enum token token;
    } names[] = {{"ORIGIN", TOKEN_ORIGIN}, {"PLATFORM", TOKEN_PLATFORM}, {"LIB", TOKEN_LIB}};
    struct path_part rest = {text.start + 1, text.length - 1};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        size_t found = token_length(rest, names[i].name);
        if (found != 0) {
            *length = found + 1;
            return names[i].token;
        }
    }
    *length = 1;
    return TOKEN_NONE;
}

static struct path_part skip(struct path_part text, size_t count) {
    return (struct path_part){text.start + count, text.length - count};
}

/* Counts the tokens of `text`; `wanted` TOKEN_NONE: of every kind. */
static size_t count_tokens(struct path_part text, enum token wanted) {
    size_t count = 0;
    while (text.length > 0) {
        size_t length = 1;
        if (text.start[0] == '$') {
            enum token token = token_at(text, &length);
            count += token != TOKEN_NONE && (wanted == TOKEN_NONE || wanted == token);
        }
        text = skip(text, length);
    }
    return count;
}

bool path_has_token(struct path_part text) {
    return count_tokens(text, TOKEN_NONE) != 0;
}

bool path_has_origin(struct path_part text) {
    return count_tokens(text, TOKEN_ORIGIN) != 0;
}

static size_t longer(size_t length, const char *text) {
    size_t other = text != NULL ? strlen(text) : 0;
    return other > length ? other : length;
}

size_t path_expanded_size(struct path_part text, const struct path_tokens *tokens) {
    size_t longest = longer(longer(longer(0, tokens->origin), tokens->platform), tokens->lib);
    size_t size = text.length + count_tokens(text, TOKEN_NONE) * longest + 1;
    return tokens->secure ? 2 * size + 1 : size;
}

static const char *token_value(enum token token, const struct path_tokens *tokens) {
    return token == TOKEN_ORIGIN     ? tokens->origin
           : token == TOKEN_PLATFORM ? tokens->platform
                                     : tokens->lib;
}

bool path_expand(struct path_part text, const struct path_tokens *tokens, char *result) {
    const char *start = text.start;
    bool has_origin = path_has_origin(text);
    char *to = result;
    while (text.length > 0) {
        size_t length = 1;
        enum token token = text.start[0] == '$' ? token_at(text, &length) : TOKEN_NONE;
        if (token == TOKEN_NONE) {
            *to++ = text.start[0];
            text = skip(text, 1);
            continue;
        }
        bool leads = text.start == start && (text.length == length || text.start[length] == '/');
        const char *value = token_value(token, tokens);
        if (value == NULL || (token == TOKEN_ORIGIN && tokens->secure && !leads))
            return false;
        size_t value_length = strlen(value);
        memcpy(to, value, value_length);
        to += value_length;
        text = skip(text, length);
    }
    *to = '\0';
    return !tokens->secure || !has_origin || tokens->trusted == NULL ||
           path_is_below(result, tokens->trusted, to + 1);
}

size_t path_trimmed(const char *path, size_t length) {
    while (length > 1 && path[length - 1] == '/')
        --length;
    return length;
}

size_t path_folder_length(const char *path) {
    const char *slash = text_find_last(path, '/');
    size_t length = slash != NULL ? (size_t)(slash - path) : 0;
    return length > 0 ? length : 1;
}

/* Copies `path` without "." and ".." components and doubled slashes, with a slash at the end. */
static size_t normalize(const char *path, char *result) {
    char *to = result;
    while (*path != '\0') {
        if (path[0] == '/' && path[1] == '.' && path[2] == '.' &&
            (path[3] == '/' || path[3] == '\0')) {
            while (to > result && *--to != '/') {
            }
            path += 3;
        } else if (path[0] == '/' && path[1] == '.' && (path[2] == '/' || path[2] == '\0')) {
            path += 2;
        } else if (path[0] == '/' && to > result && to[-1] == '/') {
            ++path;
        } else {
            *to++ = *path++;
        }
    }
    if (to == result || to[-1] != '/')
        *to++ = '/';
    return (size_t)(to - result);
}

bool path_is_below(const char *path, const char *folders, char *scratch) {
    size_t length = normalize(path, scratch);
    struct path_part folder;
    while (path_next(&folders, ":", &folder))
        if (length > folder.length && memcmp(folder.start, scratch, folder.length) == 0 &&
            scratch[folder.length] == '/')
            return *path != '\0';
    return false;
}
