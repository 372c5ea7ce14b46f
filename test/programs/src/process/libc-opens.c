/* libc opens libraries itself: character sets, name services, backtraces. */
#include <errno.h>
#include <execinfo.h>
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void convert(const char *charset) {
    iconv_t conversion = iconv_open(charset, "UTF-8");
    if (conversion == (iconv_t)-1) {
        printf("%s: %s\n", charset, strerror(errno));
        return;
    }
    char in[] = "g\303\274n", out[32] = "";
    char *from = in, *to = out;
    size_t left = strlen(in), room = sizeof out;
    CHECK(iconv(conversion, &from, &left, &to, &room) != (size_t)-1);
    printf("%s:", charset);
    for (char *byte = out; byte < to; byte++)
        printf(" %02x", (unsigned char)*byte);
    puts("");
    iconv_close(conversion);
}

int main(void) {
    static const char *const charsets[] = {"ISO-8859-1", "UTF-16LE", "CP850", "EUC-JP", "NOTHING"};
    for (unsigned index = 0; index < sizeof charsets / sizeof charsets[0]; index++)
        convert(charsets[index]);
    struct passwd *root = getpwnam("root");
    CHECK(root != NULL && root->pw_uid == 0);
    CHECK(getpwnam("no such user") == NULL);
    struct addrinfo hints, *answer = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK(getaddrinfo("127.0.0.1", "80", &hints, &answer) == 0);
    freeaddrinfo(answer);
    struct protoent *protocol = getprotobyname("tcp");
    printf("tcp %d\n", protocol == NULL ? -1 : protocol->p_proto);
    void *frames[10];
    CHECK(backtrace(frames, 10) > 1);
    puts(setlocale(LC_ALL, "C.UTF-8") == NULL ? "no C.UTF-8" : nl_langinfo(CODESET));
    CHECK(mbstowcs(NULL, "\303\274", 0) == 1);
    return check_status();
}
