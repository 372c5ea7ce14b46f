/* The built-in policies, from templates/policies/, without their comments. */
#ifndef WINE_LD_BUILTIN_POLICIES_H
#define WINE_LD_BUILTIN_POLICIES_H

static const struct {
    const char *name, *text;
} builtin_policies[] = {
    $policies
};

#endif
