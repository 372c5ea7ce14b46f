/* 200 threads at once: each allocates, touches its stack and its own TLS, and adds to a sum. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

enum { THREADS = 200, ROUNDS = 50 };

static DWORD own;
static LONG sum, waiting;
static HANDLE start;

static DWORD WINAPI work(void *argument) {
    volatile char stack[32768];
    int number = (int)(INT_PTR)argument;
    TlsSetValue(own, argument);
    InterlockedIncrement(&waiting);
    WaitForSingleObject(start, INFINITE);
    for (int i = 0; i < ROUNDS; ++i) {
        size_t size = (size_t)(1 + (number + i) % 64) << 12;
        char *pages = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        char *heap = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
        if (pages == NULL || heap == NULL) {
            return 1;
        }
        memset(pages, number, size);
        stack[i * 100] = pages[size - 1];
        VirtualFree(pages, 0, MEM_RELEASE);
        HeapFree(GetProcessHeap(), 0, heap);
    }
    InterlockedExchangeAdd(&sum, TlsGetValue(own) == argument ? number : 0);
    return 0;
}

int main(void) {
    static HANDLE threads[THREADS];
    DWORD failed = 0, code;
    own = TlsAlloc();
    start = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < THREADS; ++i) {
        threads[i] = CreateThread(NULL, 65536, work, (void *)(INT_PTR)i, 0, NULL);
    }
    while (waiting < THREADS) {
        Sleep(1);
    }
    SetEvent(start);
    for (int i = 0; i < THREADS; ++i) {
        WaitForSingleObject(threads[i], INFINITE);
        GetExitCodeThread(threads[i], &code);
        failed += code;
    }
    printf("sum=%ld\nfailed=%lu\n", sum, failed);
    return sum == THREADS * (THREADS - 1) / 2 && failed == 0 ? 0 : 1;
}
