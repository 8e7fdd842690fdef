// Go driver: goroutines + channels inside a testing/synctest bubble (virtual time, Go >= 1.25). One goroutine per node
// (select on inbox / two tickers), one time.AfterFunc per datagram in flight. Run: HB_N=.. HB_T=.. HB_VARIANT=.. ./hb.test -test.v
package hb

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}
func r(s, i, k uint64) uint64 { return mix(mix(s*0x9E3779B97F4A7C15+i) + k) }
func env(k string, d int) int {
	if v, e := strconv.Atoi(os.Getenv(k)); e == nil {
		return v
	}
	return d
}
func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)*1e-6
}
func TestHB(t *testing.T) {
	n, T, rep, seed0 := env("HB_N", 10), env("HB_T", 100), env("HB_REPEAT", 1), uint64(env("HB_SEED", 1))
	g := os.Getenv("HB_VARIANT") == "gossip"
	var D, H, C, TO uint64
	hash := uint64(1469598103934665603)
	w0, p0 := time.Now(), cpu()
	for k := 0; k < rep; k++ {
		seed := seed0 + uint64(k)
		synctest.Test(t, func(t *testing.T) {
			done := make(chan struct{})
			inbox := make([]chan []byte, n)
			del, hbs, cks, tos := make([]uint64, n), make([]uint64, n), make([]uint64, n), make([]uint64, n)
			start := time.Now()
			var order []uint64
			dohash := os.Getenv("HB_HASH") != "" && true
			for i := range inbox {
				inbox[i] = make(chan []byte, 4096)
			}
			for i := 0; i < n; i++ {
				go func() {
					m := n
					if g {
						m = 32
					}
					last := make([]int64, m)
					rng := rand.New(rand.NewPCG(seed, uint64(i)))
					var q uint32
					hb := time.NewTimer(time.Duration(10000+r(seed, uint64(i), 1)%4980000) * time.Microsecond)
					ck := time.NewTimer(time.Duration(10000+r(seed, uint64(i), 2)%980000) * time.Microsecond)
					for {
						select {
						case <-done:
							return
						case b := <-inbox[i]:
							s := binary.LittleEndian.Uint32(b)
							del[i]++
							if dohash {
								order = append(order, uint64(i)<<32|uint64(s))
							}
							if g {
								last[s&31] = int64(time.Since(start))
							} else {
								last[s] = int64(time.Since(start))
							}
						case <-ck.C:
							cks[i]++
							lim := int64(time.Since(start)) - 15e9
							for _, v := range last {
								if v > 0 && v < lim {
									tos[i]++
								}
							}
							ck.Reset(time.Second)
						case <-hb.C:
							hbs[i]++
							cnt := n - 1
							if g {
								cnt = 8
							}
							for j := 0; j < cnt; j++ {
								d := j
								if g {
									d = rng.IntN(n - 1)
								}
								if d >= i {
									d++
								}
								b := make([]byte, 64)
								binary.LittleEndian.PutUint32(b, uint32(i))
								binary.LittleEndian.PutUint32(b[4:], q)
								time.AfterFunc(time.Duration(500000+rng.IntN(1000000)), func() { inbox[d] <- b })
							}
							q++
							hb.Reset(5 * time.Second)
						}
					}
				}()
			}
			time.Sleep(time.Duration(T) * time.Second)
			synctest.Wait()
			close(done)
			synctest.Wait()
			for i := range del {
				D += del[i]
				H += hbs[i]
				C += cks[i]
				TO += tos[i]
			}
			for _, x := range order {
				hash = (hash ^ x) * 1099511628211
			}
		})
	}
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	v := "mesh"
	if g {
		v = "gossip"
	}
	fmt.Printf("{\"tool\":\"go-synctest-1.26\",\"mode\":\"default\",\"variant\":\"%s\",\"n\":%d,\"T\":%d,\"seed\":%d,\"repeat\":%d,\"deliver\":%d,\"hb\":%d,\"check\":%d,\"events\":%d,\"timeouts\":%d,\"wall\":%.6f,\"cpu_run\":%.6f,\"cpu_total\":%.6f,\"rss_kb\":%d,\"hash\":\"%016x\"}\n", v, n, T, seed0, rep, D, H, C, D+H+C, TO, time.Since(w0).Seconds(), cpu()-p0, cpu(), u.Maxrss, hash)
}
