/* The built-in policies: templates/policies/, in the language of policy files. Why they are as they
 * are: docs/address-space.md. */
#include "builtin_policies.h"
#include "base/text.h"
#include "space/policy.h"

const char *policy_builtin(const char *name) {
    for (size_t i = 0; i < sizeof builtin_policies / sizeof builtin_policies[0]; ++i)
        if (text_equal(builtin_policies[i].name, name))
            return builtin_policies[i].text;
    return NULL;
}
