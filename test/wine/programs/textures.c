/* Direct3D 9 as a game uses it, until the address space is full. Prints `name=value` lines:
 *   textures.exe managed SIZE        managed SIZE x SIZE textures, each filled once, until one fails
 *   textures.exe mixed MB ROUNDS     a working set of MB (textures, vertex buffers, VirtualAlloc, heap) of which
 *                                    a part is replaced in every round
 *   textures.exe churn ROUNDS        the largest free block before and after such rounds, all released
 *   textures.exe device              what is mapped with the device up: prints its views and what is free, waits for a line
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define COBJMACROS
#include <windows.h>
#include <d3d9.h>

#include "views.h"

#define MIB 1048576.0
#define TWO_GIB 0x80000000ull
/* How often a frame is shown while the set grows. */
#define PIECES_A_FRAME 4

static IDirect3DDevice9 *device;
/* One piece of the working set. */
enum kind { MANAGED, DEFAULT, DYNAMIC, VERTICES, PAGES, HEAP, KINDS };

static unsigned long pointers, high_pointers[KINDS];

/* A pointer that the program got to see. */
static void seen(enum kind kind, const void *pointer) {
    ++pointers;
    high_pointers[kind] += (ULONG_PTR)pointer >= TWO_GIB;
}

static void print_pointers(void) {
    unsigned long high = 0;
    for (int i = 0; i < KINDS; ++i) {
        high += high_pointers[i];
    }
    printf("pointers=%lu\npointers_above_2gib=%lu\n", pointers, high);
    for (int i = 0; high != 0 && i < KINDS; ++i) {
        printf("pointers_of_kind_%d=%lu\n", i, high_pointers[i]);
    }
}

static int create_device(void) {
    WNDCLASSA class = {0};
    class.lpfnWndProc = DefWindowProcA;
    class.lpszClassName = "textures";
    RegisterClassA(&class);
    HWND window = CreateWindowA("textures", "textures", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 0, 0, 320, 240,
                                NULL, NULL, NULL, NULL);
    IDirect3D9 *d3d = Direct3DCreate9(D3D_SDK_VERSION);
    D3DPRESENT_PARAMETERS present = {0};
    present.Windowed = TRUE;
    present.SwapEffect = D3DSWAPEFFECT_DISCARD;
    present.BackBufferFormat = D3DFMT_X8R8G8B8;
    present.BackBufferWidth = 320;
    present.BackBufferHeight = 240;
    present.hDeviceWindow = window;
    HRESULT result = d3d == NULL ? E_FAIL
                                 : IDirect3D9_CreateDevice(d3d, D3DADAPTER_DEFAULT, D3DDEVTYPE_HAL, window,
                                                           D3DCREATE_HARDWARE_VERTEXPROCESSING, &present,
                                                           &device);
    if (FAILED(result)) {
        printf("no_device=%08lx\n", result);
        return 0;
    }
    return 1;
}

/* Draws with it, so that the driver has to hold it. */
static HRESULT use(IDirect3DTexture9 *texture) {
    static const float quad[] = {10, 10, 0, 1, 0, 0, 60, 10, 0, 1, 1, 0, 10, 60, 0, 1, 0, 1};
    IDirect3DDevice9_SetTexture(device, 0, (IDirect3DBaseTexture9 *)texture);
    IDirect3DDevice9_BeginScene(device);
    IDirect3DDevice9_SetFVF(device, D3DFVF_XYZRHW | D3DFVF_TEX1);
    HRESULT result = IDirect3DDevice9_DrawPrimitiveUP(device, D3DPT_TRIANGLELIST, 1, quad, 24);
    IDirect3DDevice9_EndScene(device);
    return result;
}

static HRESULT fill(IDirect3DTexture9 *texture, UINT size, enum kind kind) {
    D3DLOCKED_RECT locked;
    HRESULT result = IDirect3DTexture9_LockRect(texture, 0, &locked, NULL, 0);
    if (FAILED(result)) {
        return result;
    }
    seen(kind, locked.pBits);
    memset(locked.pBits, 0x5a, (size_t)locked.Pitch * size);
    return IDirect3DTexture9_UnlockRect(texture, 0);
}

static HRESULT create_texture(UINT size, DWORD usage, D3DPOOL pool, IDirect3DTexture9 **texture) {
    return IDirect3DDevice9_CreateTexture(device, size, size, 0, usage, D3DFMT_A8R8G8B8, pool, texture,
                                          NULL);
}

/* A texture that lives with the driver gets its contents from one in system memory. */
static HRESULT upload(IDirect3DTexture9 *texture, UINT size) {
    IDirect3DTexture9 *source;
    HRESULT result = create_texture(size, 0, D3DPOOL_SYSTEMMEM, &source);
    if (FAILED(result)) {
        return result;
    }
    result = fill(source, size, DEFAULT);
    if (SUCCEEDED(result)) {
        result = IDirect3DDevice9_UpdateTexture(device, (IDirect3DBaseTexture9 *)source,
                                                (IDirect3DBaseTexture9 *)texture);
    }
    IDirect3DTexture9_Release(source);
    return result;
}

static HRESULT make_texture(UINT size, enum kind kind, IDirect3DTexture9 **texture) {
    DWORD usage = kind == DYNAMIC ? D3DUSAGE_DYNAMIC : 0;
    D3DPOOL pool = kind == MANAGED ? D3DPOOL_MANAGED : D3DPOOL_DEFAULT;
    HRESULT result = create_texture(size, usage, pool, texture);
    if (SUCCEEDED(result)) {
        result = kind == DEFAULT ? upload(*texture, size) : fill(*texture, size, kind);
    }
    return SUCCEEDED(result) ? use(*texture) : result;
}

/* The video memory of a texture with all its levels. */
static double texture_mb(UINT size) {
    return (double)size * size * 4 * 4 / 3 / MIB;
}

static int managed(UINT size) {
    unsigned count = 0;
    HRESULT result;
    DWORD begin = GetTickCount();
    for (;; ++count) {
        IDirect3DTexture9 *texture;
        result = make_texture(size, MANAGED, &texture);
        if (FAILED(result) || count == 4096) {
            break;
        }
        printf("textures=%u\n", count + 1); /* the driver may end us: the last line counts */
        printf("total_mb=%.0f\n", (count + 1) * texture_mb(size));
        fflush(stdout);
    }
    printf("result=%08lx\n", result);
    print_pointers();
    printf("ms=%lu\n", GetTickCount() - begin);
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

struct piece {
    enum kind kind;
    void *object;
    double mb;
};

static unsigned seed = 12345;
static unsigned chance(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

static int make_vertices(struct piece *piece) {
    UINT size = (1 + chance(4)) << 20;
    void *data;
    IDirect3DVertexBuffer9 *buffer;
    piece->mb = size / MIB;
    if (FAILED(IDirect3DDevice9_CreateVertexBuffer(device, size, D3DUSAGE_WRITEONLY, 0, D3DPOOL_MANAGED,
                                                   &buffer, NULL))) {
        return 0;
    }
    piece->object = buffer;
    if (FAILED(IDirect3DVertexBuffer9_Lock(buffer, 0, 0, &data, 0))) {
        return 0;
    }
    seen(VERTICES, data);
    memset(data, 1, size);
    return SUCCEEDED(IDirect3DVertexBuffer9_Unlock(buffer));
}

static int make_piece(struct piece *piece) {
    static const UINT sizes[] = {256, 512, 512, 1024, 1024, 2048};
    unsigned dice = chance(100);
    size_t size = ((size_t)1 + chance(64)) << 16;
    /* By size: 56 % managed and 21 % default textures, 9 % vertex buffers, 7 % pages, 7 % heap. */
    *piece = (struct piece){dice < 40 ? MANAGED : dice < 55 ? DEFAULT : dice < 58 ? DYNAMIC
                            : dice < 72 ? VERTICES : dice < 86 ? PAGES : HEAP, NULL, size / MIB};
    switch (piece->kind) {
    case MANAGED:
    case DEFAULT:
    case DYNAMIC: {
        UINT edge = sizes[chance(piece->kind == DYNAMIC ? 3 : 6)];
        IDirect3DTexture9 *texture = NULL;
        HRESULT result = make_texture(edge, piece->kind, &texture);
        piece->object = texture;
        piece->mb = texture_mb(edge);
        return SUCCEEDED(result);
    }
    case VERTICES:
        return make_vertices(piece);
    case PAGES:
        piece->object = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        break;
    default:
        piece->object = HeapAlloc(GetProcessHeap(), 0, size);
        break;
    }
    if (piece->object == NULL) {
        return 0;
    }
    seen(piece->kind, piece->object);
    memset(piece->object, 2, size);
    return 1;
}

static void drop_piece(struct piece *piece) {
    switch (piece->kind) {
    case MANAGED:
    case DEFAULT:
    case DYNAMIC:
        IDirect3DDevice9_SetTexture(device, 0, NULL);
        IDirect3DTexture9_Release((IDirect3DTexture9 *)piece->object);
        break;
    case VERTICES:
        IDirect3DVertexBuffer9_Release((IDirect3DVertexBuffer9 *)piece->object);
        break;
    case PAGES:
        VirtualFree(piece->object, 0, MEM_RELEASE);
        break;
    default:
        HeapFree(GetProcessHeap(), 0, piece->object);
        break;
    }
}

static struct piece pieces[1 << 16];
static unsigned piece_count;
static double set_mb;

/* A game shows frames while it loads, so that what it has released is soon released by the driver too. */
static void show_frame(void) {
    IDirect3DDevice9_Present(device, NULL, NULL, NULL, NULL);
}

/* Whether the working set could be brought to `mb`. */
static int grow_to(double mb) {
    while (set_mb < mb && piece_count < sizeof pieces / sizeof pieces[0]) {
        if (!make_piece(&pieces[piece_count])) {
            printf("failed_at_mb=%.0f\nfailed_kind=%d\n", set_mb, pieces[piece_count].kind);
            return 0;
        }
        set_mb += pieces[piece_count++].mb;
        if (piece_count % PIECES_A_FRAME == 0) {
            show_frame();
        }
    }
    return 1;
}

static void drop_some(unsigned percent) {
    for (unsigned i = piece_count * percent / 100; i > 0 && piece_count > 0; --i) {
        unsigned victim = chance(piece_count);
        drop_piece(&pieces[victim]);
        set_mb -= pieces[victim].mb;
        pieces[victim] = pieces[--piece_count];
    }
}

static int mixed(double mb, unsigned rounds) {
    unsigned round = 0;
    DWORD begin = GetTickCount();
    for (; round < rounds && grow_to(mb); ++round) {
        printf("rounds=%u\n", round + 1);
        fflush(stdout);
        drop_some(35);
        show_frame();
    }
    printf("survived=%d\n", round == rounds);
    print_pointers();
    printf("ms=%lu\n", GetTickCount() - begin);
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), round == rounds ? 0 : 1);
    return 0;
}

static double largest_free(void) {
    SIZE_T low = 0, high = 0xffff;
    while (low < high) {
        SIZE_T middle = low + (high - low + 1) / 2;
        void *block = VirtualAlloc(NULL, middle << 16, MEM_RESERVE, PAGE_NOACCESS);
        if (block != NULL) {
            VirtualFree(block, 0, MEM_RELEASE);
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return (double)low / 16;
}

/* Draws a frame without any of the textures, and waits until the driver has done all that it was told. */
static void settle(void) {
    IDirect3DQuery9 *query;
    use(NULL);
    IDirect3DDevice9_Present(device, NULL, NULL, NULL, NULL);
    if (SUCCEEDED(IDirect3DDevice9_CreateQuery(device, D3DQUERYTYPE_EVENT, &query))) {
        IDirect3DQuery9_Issue(query, D3DISSUE_END);
        while (IDirect3DQuery9_GetData(query, NULL, 0, D3DGETDATA_FLUSH) == S_FALSE) {
            Sleep(1);
        }
        IDirect3DQuery9_Release(query);
    }
}

static int churn(unsigned rounds) {
    double before = largest_free();
    for (unsigned i = 0; i < rounds && grow_to(500); ++i) {
        drop_some(40);
        show_frame();
    }
    drop_some(100);
    while (piece_count > 0) {
        drop_some(100);
    }
    IDirect3DDevice9_EvictManagedResources(device);
    settle();
    double after = largest_free();
    printf("largest_before_mb=%.1f\nlargest_after_mb=%.1f\n", before, after);
    printf("percent=%.0f\n", 100 * after / before);
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

static int show_device(void) {
    char line[16];
    IDirect3DTexture9 *texture;
    make_texture(256, MANAGED, &texture);
    IDirect3DDevice9_Present(device, NULL, NULL, NULL, NULL);
    print_views(GetCurrentProcess());
    print_free();
    printf("ready=1\n");
    fflush(stdout);
    fgets(line, sizeof line, stdin);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    unsigned number = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    if (!create_device()) {
        return 3;
    }
    if (strcmp(command, "managed") == 0) {
        return managed(number);
    }
    if (strcmp(command, "mixed") == 0 && argc > 3) {
        return mixed(number, (unsigned)strtoul(argv[3], NULL, 10));
    }
    if (strcmp(command, "churn") == 0) {
        return churn(number);
    }
    if (strcmp(command, "device") == 0) {
        return show_device();
    }
    fprintf(stderr, "usage: textures managed SIZE|mixed MB ROUNDS|churn ROUNDS|device\n");
    return 2;
}
