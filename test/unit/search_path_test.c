// sources: runtime/base/search_path.c runtime/base/text.c
/* Lists of paths, dynamic string tokens and the trust rules of secure processes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/search_path.h"

static int failures;

static void check(bool good, const char *name) {
    printf("%s %s\n", good ? "ok" : "FAILED", name);
    failures += !good;
}

static struct path_part part_of(const char *text) {
    return (struct path_part){text, strlen(text)};
}

/* The elements of a list, joined by '|'. */
static bool splits(const char *list, const char *separators, bool nonempty, const char *expected) {
    char joined[256] = "";
    struct path_part part;
    while (nonempty ? path_next_nonempty(&list, separators, &part)
                    : path_next(&list, separators, &part)) {
        strcat(joined, "|");
        strncat(joined, part.start, part.length);
    }
    return strcmp(joined, expected) == 0;
}

static void test_lists(void) {
    check(splits("/a:/b", ":", false, "|/a|/b"), "list: two elements");
    check(splits("", ":", false, "|"), "list: empty text is one empty element");
    check(splits(":/a::", ":", false, "||/a||"), "list: empty elements");
    check(splits("/a;/b:/c", ":;", false, "|/a|/b|/c"), "list: two separators");
    check(splits("/a;/b:/c", ":", false, "|/a;/b|/c"), "list: semicolon is no separator of RPATH");
    check(splits(NULL, ":", false, ""), "list: none");
    check(splits("::v3::v2:", ":", true, "|v3|v2"), "list: empty elements passed over");
    struct path_part name = part_of("b");
    check(path_list_holds("a:b:c", &name), "list: holds");
    check(!path_list_holds("a:bb:c", &name), "list: a prefix is another element");
}

/* Allocates exactly what path_expanded_size asks for, so that the sanitizer sees every byte too
 * many. */
static bool expands(const char *text, const struct path_tokens *tokens, const char *expected) {
    struct path_part part = {text, strlen(text)};
    char *copy = malloc(part.length + 1); /* without a terminator in sight */
    memcpy(copy, text, part.length);
    part.start = copy;
    char *result = malloc(path_expanded_size(part, tokens));
    bool usable = path_expand(part, tokens, result);
    bool good = expected == NULL ? !usable : usable && strcmp(result, expected) == 0;
    free(result);
    free(copy);
    return good;
}

static void test_tokens(void) {
    struct path_tokens tokens = {
        .origin = "/opt/x", .platform = "haswell", .lib = "lib/x86_64-linux-gnu"};
    check(expands("/a/b", &tokens, "/a/b"), "token: none");
    check(expands("$ORIGIN/../lib", &tokens, "/opt/x/../lib"), "token: ORIGIN");
    check(expands("${ORIGIN}x", &tokens, "/opt/xx"), "token: in braces");
    check(expands("/$LIB/$PLATFORM", &tokens, "/lib/x86_64-linux-gnu/haswell"),
          "token: LIB, PLATFORM");
    check(expands("$ORIGINAL", &tokens, "$ORIGINAL"), "token: longer name");
    check(expands("$ORIGIN_2", &tokens, "$ORIGIN_2"), "token: underscore continues a name");
    check(expands("${ORIGIN", &tokens, "${ORIGIN"), "token: open brace");
    check(expands("${ORIGIN2}", &tokens, "${ORIGIN2}"), "token: other name in braces");
    check(expands("$FOO$LIB", &tokens, "$FOOlib/x86_64-linux-gnu"), "token: unknown one stays");
    check(expands("a$", &tokens, "a$"), "token: dollar at the end");
    check(expands("$$LIB", &tokens, "$lib/x86_64-linux-gnu"), "token: two dollars");
    check(expands("", &tokens, ""), "token: empty text");
    tokens.origin = NULL;
    check(expands("$ORIGIN/a", &tokens, NULL), "token: unknown ORIGIN");
    check(expands("/a", &tokens, "/a"), "token: unknown ORIGIN does not matter without it");
    check(path_has_origin(part_of("a/$ORIGIN")) && !path_has_origin(part_of("$LIB")),
          "token: has ORIGIN");
    check(path_has_token(part_of("$LIB")) && !path_has_token(part_of("$LI")), "token: has one");
}

static void test_secure(void) {
    struct path_tokens tokens = {
        .origin = "/usr/lib/app", .platform = "p", .lib = "lib", .secure = true};
    check(expands("$ORIGIN/x", &tokens, "/usr/lib/app/x"), "secure: ORIGIN first");
    check(expands("$ORIGIN", &tokens, "/usr/lib/app"), "secure: ORIGIN alone");
    check(expands("/a/$ORIGIN", &tokens, NULL), "secure: ORIGIN not first");
    check(expands("$ORIGIN$LIB", &tokens, NULL), "secure: ORIGIN not followed by a slash");
    check(expands("/a/$LIB", &tokens, "/a/lib"), "secure: LIB anywhere");
    tokens.trusted = "/lib:/usr/lib";
    check(expands("$ORIGIN/x", &tokens, "/usr/lib/app/x"), "secure: below a trusted folder");
    check(expands("$ORIGIN/../../bin", &tokens, NULL), "secure: out of it by dots");
    check(expands("$ORIGIN/../x", &tokens, "/usr/lib/app/../x"), "secure: dots that stay inside");
    tokens.origin = "/usr/libexec";
    check(expands("$ORIGIN/x", &tokens, NULL), "secure: a longer name is another folder");
    check(expands("/home/$LIB", &tokens, "/home/lib"), "secure: no ORIGIN, no question of trust");
}

static void test_trust(void) {
    char scratch[64];
    check(path_is_below("/lib", "/lib", scratch), "below: the folder itself");
    check(path_is_below("/./lib/.//x", "/lib", scratch), "below: dots and slashes");
    check(!path_is_below("/lib/..", "/lib", scratch), "below: dots at the end");
    check(!path_is_below("/../../..", "/lib", scratch), "below: above the root");
    check(!path_is_below("lib/x", "/lib", scratch), "below: relative path");
    check(!path_is_below("", "/lib", scratch), "below: nothing");
}

static void test_folders(void) {
    check(path_trimmed("/a//", 4) == 2, "trimmed: slashes");
    check(path_trimmed("//", 2) == 1, "trimmed: root");
    check(path_trimmed("", 0) == 0, "trimmed: nothing");
    check(path_folder_length("/usr/bin/x") == 8, "folder: of a file");
    check(path_folder_length("/x") == 1, "folder: of a file in the root");
}

int main(void) {
    test_lists();
    test_tokens();
    test_secure();
    test_trust();
    test_folders();
    return failures != 0;
}
