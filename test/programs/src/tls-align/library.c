/* A thread-local block with a large alignment, in a library. */
__thread char page[4096] __attribute__((aligned(4096))) = "library";
void *library_page(void);
void *library_page(void) {
    return page;
}
