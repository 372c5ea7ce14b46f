/* Paths as text: lists, dynamic string tokens, trusted folders. Pure: reads no file and allocates
 * nothing. */
#ifndef WINE_LD_SEARCH_PATH_H
#define WINE_LD_SEARCH_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a longer string. */
struct path_part {
    const char *start;
    size_t length;
};

/* Takes the next element of a list off `*list`; an empty element has length 0. `separators`: the
 * characters that end one. False: there is none left (*list is NULL). */
bool path_next(const char **list, const char *separators, struct path_part *part);

/* The same, but passes over empty elements (lists of hwcaps). */
bool path_next_nonempty(const char **list, const char *separators, struct path_part *part);

/* Whether `name` is one of the elements of a colon-separated list. */
bool path_list_holds(const char *list, const struct path_part *name);

/* What the dynamic string tokens stand for; NULL: not known, a path with that token cannot be used.
 */
struct path_tokens {
    const char *origin, *platform, *lib;
    bool secure;         /* $ORIGIN only at the start of a path */
    const char *trusted; /* secure: a path with $ORIGIN must lie below one of these folders, a list
                            separated by colons; NULL: anywhere */
};

/* Whether `text` holds a token that path_expand would replace. */
bool path_has_token(struct path_part text);
/* Whether `text` holds $ORIGIN. */
bool path_has_origin(struct path_part text);

/* Room that path_expand needs for `text`, with the terminator and what it needs while it works. */
size_t path_expanded_size(struct path_part text, const struct path_tokens *tokens);

/* Writes `text` with $ORIGIN, $PLATFORM and $LIB (gABI "Substitution Sequences"; with or without
 * braces) replaced to `result`, terminated. False: the path is not usable. */
bool path_expand(struct path_part text, const struct path_tokens *tokens, char *result);

/* Length of a folder's path in the form that the search uses: without trailing slashes; "/" keeps
 * its one. */
size_t path_trimmed(const char *path, size_t length);

/* Length of the folder part of a file's absolute path, without trailing slash ("/" for a file in
 * the root). */
size_t path_folder_length(const char *path);

/* Whether `path`, freed of "." and ".." (by text alone, as ld.so does it), lies in or below one of
 * the folders of the colon-separated list `folders`. `scratch` holds strlen(path) + 2 bytes. */
bool path_is_below(const char *path, const char *folders, char *scratch);

#endif
