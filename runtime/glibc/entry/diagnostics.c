/* --list-diagnostics, but for the processor: what ld.so prints for bug reports, line by line. */
#include "glibc/entry/diagnostics.h"

#include "base/auxv.h"
#include "cpu_features_table.h"
#include "base/format.h"
#include "glibc/cpu/cpu_features.h"
#include "glibc_identity.h"
#include "glibc_layout.h"
#include "process/options.h"
#include "search/search_hwcaps.h"
#include "base/search_path.h"
#include "search_places.h"
#include "syscall_numbers.h"
#include "base/system.h"
#include "base/text.h"

enum { AT_BASE_PLATFORM = 24 };

/* Variables whose values are shown, besides all that begin with LC_, LD_, MALLOC_ or WINE_LD_. */
static const char shown_variables[] =
    "DATEMSK:GCONV_PATH:GETCONF_DIR:GLIBC_TUNABLES:GMON_OUTPUT_PREFIX:HESIOD_CONFIG:HES_DOMAIN:"
    "HOSTALIASES:I18NPATH:IFS:LANG:LOCALDOMAIN:LOCPATH:MSGVERB:NIS_DEFAULTS:NIS_GROUP:NIS_PATH:"
    "NLSPATH:"
    "PATH:POSIXLY_CORRECT:RESOLV_HOST_CONF:RES_OPTIONS:SEV_LEVEL:TMPDIR:TZ:TZDIR";
static const char *const shown_prefixes[] = {"LC_", "LD_", "MALLOC_", "WINE_LD_"};

void diagnostics_value(const char *label, uint64_t value) {
    print(1, "%s=0x%llx\n", label, (unsigned long long)value);
}

static void print_quoted(const char *text, size_t length) {
    print(1, "\"");
    for (size_t i = 0; i < length; ++i) {
        unsigned char c = (unsigned char)text[i];
        if (c < ' ' || c > '~')
            print(1, "\\%u%u%u", c >> 6 & 7u, c >> 3 & 7u, c & 7u);
        else
            print(1, c == '\\' || c == '"' ? "\\%c" : "%c", c);
    }
    print(1, "\"");
}

static void print_text(const char *label, const char *text) {
    print(1, "%s=", label);
    if (text == NULL)
        print(1, "0x0");
    else
        print_quoted(text, strlen(text));
    print(1, "\n");
}

/* glibc's number of a platform that ld.so.cache has a bit for. */
static uint64_t platform_number(void) {
    uint64_t bits = hwcaps_legacy_bits() >> HWCAPS_FIRST_PLATFORM;
    uint64_t number = HWCAPS_FIRST_PLATFORM;
    if (bits == 0)
        return UINT64_MAX;
    for (; (bits & 1) == 0; bits >>= 1)
        ++number;
    return number;
}

static void print_hwcaps(void) {
    char names[64];
    hwcaps_level_names(names, sizeof names);
    print_text("dl_hwcaps_subdirs", names);
    unsigned level = cpu_features_level();
    diagnostics_value("dl_hwcaps_subdirs_active", level > 1 ? 7u & ~((1u << (4 - level)) - 1) : 0);
}

static void print_linker(void) {
    const struct rtld_global_ro *ro = &_rtld_global_ro;
    print_text("dl_dst_lib", GLIBC_LIB);
    diagnostics_value("dl_hwcap", cpu_features_hwcap());
    if (GLIBC_HAS_HWCAP_MASK)
        diagnostics_value("dl_hwcap_important", cpu_features_hwcap_important());
    diagnostics_value("dl_hwcap2", ro->_dl_hwcap2);
    if (diagnostics_later_hwcaps != NULL)
        diagnostics_later_hwcaps();
    print_hwcaps();
    diagnostics_value("dl_pagesize", process.page_size);
    print_text("dl_platform", cpu_features_platform());
    print_text("dl_profile_output", options.profile_output);
    if (GLIBC_HAS_HWCAP_MASK)
        diagnostics_value("dl_string_platform", platform_number());
    print_text("dso.ld", ARCH_SONAME);
    print_text("dso.libc", "libc.so.6");
}

static bool is_shown(const char *entry, size_t name_length) {
    struct path_part name = {entry, name_length};
    for (size_t i = 0; i < sizeof shown_prefixes / sizeof shown_prefixes[0]; ++i)
        if (text_starts(entry, shown_prefixes[i]))
            return true;
    return entry[name_length] == '\0' || path_list_holds(shown_variables, &name);
}

static void print_environment(void) {
    for (unsigned i = 0; process.envp[i] != NULL; ++i) {
        const char *entry = process.envp[i];
        const char *equals = text_find(entry, '=');
        size_t length = strlen(entry);
        size_t name_length = equals != NULL ? (size_t)(equals - entry) : length;
        bool shown = is_shown(entry, name_length);
        print(1, "env%s[0x%x]=", shown ? "" : "_filtered", i);
        print_quoted(entry, shown ? length : name_length);
        print(1, "\n");
    }
}

static void print_paths(void) {
    print_text("path.prefix", "/usr");
    print_text("path.rtld", ARCH_INTERPRETER);
    print_text("path.sysconfdir", "/etc");
    const char *list = GLIBC_SYSTEM_FOLDERS;
    struct path_part folder;
    for (unsigned i = 0; path_next(&list, ":", &folder); ++i)
        print(1, "path.system_dirs[0x%x]=\"%.*s/\"\n", i, (int)folder.length, folder.start);
    print_text("version.release", "stable");
    print_text("version.version", GLIBC_VERSION);
    print_text("version.abi", GLIBC_ABI);
}

static void print_auxv(void) {
    for (unsigned i = 0; i < process.auxv_count; ++i) {
        const elf_auxv *entry = &process.auxv[i];
        print(1, "auxv[0x%x].a_type=0x%lx\n", i, (unsigned long)entry->a_type);
        print(1, "auxv[0x%x].a_val=", i);
        if (entry->a_type == AT_EXECFN || entry->a_type == AT_PLATFORM ||
            entry->a_type == AT_BASE_PLATFORM)
            print_quoted((const char *)entry->a_val, strlen((const char *)entry->a_val));
        else
            print(1, "0x%lx", (unsigned long)entry->a_val);
        print(1, "\n");
    }
}

static void print_uname(void) {
    enum { FIELD_SIZE = 65 }; /* struct new_utsname */
    static const char *const fields[] = {"uname.sysname", "uname.nodename", "uname.release",
                                         "uname.version", "uname.machine",  "uname.domainname"};
    char names[sizeof fields / sizeof fields[0]][FIELD_SIZE];
    if (system_call(SYS_uname, (long)names, 0, 0, 0, 0, 0) == 0)
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; ++i)
            print_text(fields[i], names[i]);
}

void diagnostics_print(void) {
    print_linker();
    print_environment();
    print_paths();
    print_auxv();
    print_uname();
    diagnostics_processor();
}
