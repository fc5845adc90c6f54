// gmsm, timed by CPU time of the process as the other rivals are.
package main

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"syscall"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func seconds(operation func(), budget float64) float64 {
	operation()
	calls, results := 1, []float64{}
	for len(results) < 5 {
		start := cpuSeconds()
		for i := 0; i < calls; i++ {
			operation()
		}
		spent := cpuSeconds() - start
		if spent >= budget/2 {
			results = append(results, spent/float64(calls))
		} else {
			calls = max(calls+1, int(float64(calls)*budget/max(spent, 1e-3)))
		}
	}
	sort.Float64s(results)
	return results[2]
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	budget := 0.25
	if len(os.Args) > 1 {
		budget = must(strconv.ParseFloat(os.Args[1], 64))
	}
	key := must(sm2.GenerateKey(rand.Reader))
	message := []byte("benchmark message of 32 octets..")
	signature := must(key.Sign(rand.Reader, message, sm2.DefaultSM2SignerOpts))
	sealed := must(sm2.Encrypt(rand.Reader, &key.PublicKey, message, nil))
	block := must(sm4.NewCipher(message[:16]))
	gcm := must(cipher.NewGCM(block))
	large := make([]byte, 1<<20)
	figures := map[string]float64{
		"SM2 sign": seconds(func() { must(key.Sign(rand.Reader, message, sm2.DefaultSM2SignerOpts)) }, budget),
		"SM2 verify": seconds(func() {
			if !sm2.VerifyASN1WithSM2(&key.PublicKey, nil, message, signature) {
				panic("refused")
			}
		}, budget),
		"SM2 encrypt 32 B": seconds(func() { must(sm2.Encrypt(rand.Reader, &key.PublicKey, message, nil)) }, budget),
		"SM2 decrypt 32 B": seconds(func() { must(sm2.Decrypt(key, sealed)) }, budget),
		"SM4-GCM 1 MiB":    seconds(func() { gcm.Seal(nil, message[:12], large, nil) }, budget),
	}
	for _, size := range []int{64, 1024, 16384, 1 << 20} {
		figures[fmt.Sprintf("SM3 %d B", size)] = seconds(func() { sm3.Sum(large[:size]) }, budget)
	}
	must(0, json.NewEncoder(os.Stdout).Encode(map[string]any{"name": "gmsm 0.41.1 (Go)", "seconds": figures}))
}
