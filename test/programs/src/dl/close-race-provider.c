/* Needs the caller and, with ANSWER, defines what it calls. Tells when it is being closed. */
int call_chosen(void);
int use(void);
int use(void) {
    return call_chosen();
}

#ifdef ANSWER
int chosen(void);
int chosen(void) {
    return ANSWER;
}
#endif

void (*on_close)(void);

__attribute__((destructor)) static void closing(void) {
    if (on_close != 0)
        on_close();
}
