/* What Windows thinks is mapped in every process of the session, in the order of their creation:
 *   process=NAME
 *   bits=32, 32-large (a program that is large-address-aware) or 64
 *   view=START SIZE
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <tlhelp32.h>

#include "views.h"

#define MOST 64
struct process {
    char name[MAX_PATH];
    HANDLE handle;
    ULONGLONG created;
};

static int by_creation(const void *left, const void *right) {
    ULONGLONG a = ((const struct process *)left)->created;
    ULONGLONG b = ((const struct process *)right)->created;
    return (a > b) - (a < b);
}

/* The file header of the image at `base`: where it says that it is a program, not a library. */
static int read_program(HANDLE process, char *base, IMAGE_FILE_HEADER *header) {
    IMAGE_DOS_HEADER dos;
    return ReadProcessMemory(process, base, &dos, sizeof dos, NULL) &&
           ReadProcessMemory(process, base + dos.e_lfanew + sizeof(DWORD), header, sizeof *header, NULL) &&
           !(header->Characteristics & IMAGE_FILE_DLL);
}

static const char *bits_of(HANDLE process) {
    MEMORY_BASIC_INFORMATION info;
    IMAGE_FILE_HEADER header;
    for (char *at = NULL; VirtualQueryEx(process, at, &info, sizeof info) == sizeof info;) {
        at = (char *)info.BaseAddress + info.RegionSize;
        if (info.Type == MEM_IMAGE && info.BaseAddress == info.AllocationBase &&
            read_program(process, info.BaseAddress, &header)) {
            return header.Machine == IMAGE_FILE_MACHINE_AMD64                 ? "64"
                   : header.Characteristics & IMAGE_FILE_LARGE_ADDRESS_AWARE ? "32-large"
                                                                             : "32";
        }
    }
    return "unknown";
}

static unsigned list(struct process *found) {
    PROCESSENTRY32 entry = {sizeof entry};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    unsigned count = 0;
    for (BOOL more = Process32First(all, &entry); more && count < MOST; more = Process32Next(all, &entry)) {
        FILETIME created, other;
        HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, entry.th32ProcessID);
        if (process != NULL && GetProcessTimes(process, &created, &other, &other, &other)) {
            snprintf(found[count].name, MAX_PATH, "%s", entry.szExeFile);
            found[count].handle = process;
            found[count++].created = (ULONGLONG)created.dwHighDateTime << 32 | created.dwLowDateTime;
        }
    }
    return count;
}

int main(void) {
    static struct process processes[MOST];
    unsigned count = list(processes);
    qsort(processes, count, sizeof processes[0], by_creation);
    for (unsigned i = 0; i < count; ++i) {
        printf("process=%s\nbits=%s\n", processes[i].name, bits_of(processes[i].handle));
        print_views(processes[i].handle);
    }
    return 0;
}
