/* Initial-exec variables: need static TLS even when opened at run time. */
__thread char block[SIZE] __attribute__((tls_model("initial-exec"))) = {1};
int first(void);
int first(void) {
    return block[0] + block[sizeof block - 1];
}
