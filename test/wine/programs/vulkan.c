/* Vulkan without its headers: an instance, its devices, a device with memory that is mapped and written. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

enum { APPLICATION_INFO = 0, INSTANCE_INFO = 1, QUEUE_INFO = 2, DEVICE_INFO = 3, ALLOCATE_INFO = 5 };
enum { HOST_VISIBLE = 2, BYTES = 1 << 20 };

struct instance_info {
    uint32_t type;
    const void *next;
    uint32_t flags;
    const void *application;
    uint32_t layers;
    const char *const *layer_names;
    uint32_t extensions;
    const char *const *extension_names;
};
struct queue_info {
    uint32_t type;
    const void *next;
    uint32_t flags, family, count;
    const float *priorities;
};
struct device_info {
    uint32_t type;
    const void *next;
    uint32_t flags, queues;
    const struct queue_info *queue;
    uint32_t layers;
    const char *const *layer_names;
    uint32_t extensions;
    const char *const *extension_names;
    const void *features;
};
struct allocate_info {
    uint32_t type;
    const void *next;
    uint64_t size;
    uint32_t memory_type;
};
struct memory_properties {
    uint32_t count;
    struct {
        uint32_t flags, heap;
    } types[32];
    uint32_t rest[128];
};

#define CALL(result, name) ((result(__stdcall *)())GetProcAddress(library, name))

int main(void) {
    HMODULE library = LoadLibraryA("vulkan-1.dll");
    struct instance_info wanted = {INSTANCE_INFO};
    struct memory_properties memory;
    void *instance, *devices[8], *device, *mapped;
    uint32_t count = 8, type = 0;
    uint64_t block;
    float priority = 1;
    struct queue_info queue = {QUEUE_INFO, NULL, 0, 0, 1, &priority};
    struct device_info info = {DEVICE_INFO, NULL, 0, 1, &queue};
    int result = library == NULL ? -1000
                                 : CALL(int, "vkCreateInstance")(&wanted, NULL, &instance);
    printf("instance=%d\n", result);
    if (result != 0) {
        return 1;
    }
    CALL(int, "vkEnumeratePhysicalDevices")(instance, &count, devices);
    printf("devices=%u\n", count);
    if (count == 0 || CALL(int, "vkCreateDevice")(devices[0], &info, NULL, &device) != 0) {
        return 1;
    }
    CALL(void, "vkGetPhysicalDeviceMemoryProperties")(devices[0], &memory);
    while (type < memory.count && (memory.types[type].flags & HOST_VISIBLE) == 0) {
        ++type;
    }
    struct allocate_info allocate = {ALLOCATE_INFO, NULL, BYTES, type};
    printf("allocated=%d\n", CALL(int, "vkAllocateMemory")(device, &allocate, NULL, &block));
    printf("mapped=%d\n",
           CALL(int, "vkMapMemory")(device, block, (uint64_t)0, (uint64_t)BYTES, 0, &mapped));
    memset(mapped, 0x5a, BYTES);
    printf("byte=%x\n", ((unsigned char *)mapped)[BYTES - 1]);
    CALL(void, "vkDestroyDevice")(device, NULL);
    CALL(void, "vkDestroyInstance")(instance, NULL);
    return 0;
}
