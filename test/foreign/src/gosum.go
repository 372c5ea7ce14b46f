// A library for C: sums in eight goroutines, with garbage.
package main

import "C"
import "sync"

//export Sum
func Sum(n C.int) C.int {
	var wait sync.WaitGroup
	parts := make([]int, 8)
	for i := range parts {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			block := make([]int, 1<<16)
			for k := range block {
				block[k] = k * i
			}
			for k := 0; k < int(n); k++ {
				parts[i] += block[k]
			}
		}(i)
	}
	wait.Wait()
	sum := 0
	for _, part := range parts {
		sum += part
	}
	return C.int(sum)
}

func main() {}
