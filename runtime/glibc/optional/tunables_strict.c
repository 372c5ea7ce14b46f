/* glibc: 2.38- */
/* Since glibc 2.38 a list of tunables that is malformed anywhere is ignored as a whole, with a
 * warning. */
#include "base/format.h"
#include "glibc/tunables_environment.h"

bool tunables_list_is_refused(const char *list) {
    bool in_value = false, wrong = false;
    for (const char *at = list; *at != '\0'; ++at) {
        wrong |= *at == '=' && in_value;
        in_value = *at == '=' || (in_value && *at != ':');
    }
    if (*list == '\0' || (in_value && !wrong))
        return false;
    print(2, "WARNING: ld.so: invalid GLIBC_TUNABLES `%s': ignored.\n", list);
    return true;
}
