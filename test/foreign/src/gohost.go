// A program that opens C libraries in eight goroutines, asks libc for names and starts a child.
package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
static int once(const char *name) {
	void *handle = dlopen(name, RTLD_NOW);
	if (handle == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	int (*answer)(int) = (int (*)(int))dlsym(handle, "answer");
	int wrong = answer == NULL || answer(7) != 7;
	dlclose(handle);
	return wrong;
}
*/
import "C"
import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"sync"
	"sync/atomic"
	"unsafe"
)

var block []byte

func main() {
	var failed int32
	var wait sync.WaitGroup
	for i := 0; i < 8; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			name := C.CString(fmt.Sprintf("./answer%d.so", i))
			defer C.free(unsafe.Pointer(name))
			for k := 0; k < 15; k++ {
				if C.once(name) != 0 {
					atomic.AddInt32(&failed, 1)
				}
				garbage := make([]byte, 1<<20)
				garbage[k] = 1
			}
		}(i)
	}
	wait.Wait()
	root, err := user.Lookup("root")
	if err != nil || root.Uid != "0" {
		failed++
	}
	if _, err := net.LookupHost("localhost"); err != nil {
		failed++
	}
	if err := exec.Command("/bin/true").Run(); err != nil {
		failed++
	}
	if failed != 0 {
		fmt.Fprintln(os.Stderr, "failed", failed)
		os.Exit(1)
	}
}
