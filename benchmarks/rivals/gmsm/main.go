// gmsm, the fastest SM2 in the open: the same work, timed the same way.
package main

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"os"
	"runtime"
	"syscall"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

const loopSeconds = 0.05

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func loop(count int, operation func()) float64 {
	start := cpuSeconds()
	for i := 0; i < count; i++ {
		operation()
	}
	return cpuSeconds() - start
}

func report(name string, size int, operation func()) {
	operation()
	count := 1
	spent := loop(count, operation)
	for spent < loopSeconds {
		factor := loopSeconds / max(spent, 1e-5) * 1.1
		count = max(count+1, int(float64(count)*min(factor, 1000)))
		spent = loop(count, operation)
	}
	value, unit := float64(count)/spent, "/s"
	if size > 0 {
		value, unit = value*float64(size)/1e6, "MB/s"
	}
	line := map[string]any{"operation": name, "value": value, "unit": unit}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	runtime.GOMAXPROCS(1)
	message := make([]byte, 32)
	key := must(sm2.GenerateKey(rand.Reader))
	signature := must(key.SignWithSM2(rand.Reader, nil, message))
	box := must(sm2.EncryptASN1(rand.Reader, &key.PublicKey, message))
	report("SM2 sign", 0, func() { must(key.SignWithSM2(rand.Reader, nil, message)) })
	report("SM2 verify, new key", 0, func() {
		if !sm2.VerifyASN1WithSM2(&key.PublicKey, nil, message, signature) {
			panic("verify")
		}
	})
	report("SM2 encrypt 32 B", 0, func() { must(sm2.EncryptASN1(rand.Reader, &key.PublicKey, message)) })
	report("SM2 decrypt 32 B", 0, func() { must(key.Decrypt(rand.Reader, box, nil)) })
	block := must(sm4.NewCipher(make([]byte, 16)))
	gcm := must(cipher.NewGCM(block))
	for _, size := range []int{64, 1024, 16384, 1 << 20} {
		data, out := make([]byte, size), make([]byte, size+16)
		label := map[int]string{64: "64 B", 1024: "1024 B", 16384: "16384 B", 1 << 20: "1048576 B"}[size]
		report("SM3 "+label, size, func() { sm3.Sum(data) })
		report("SM4-GCM "+label, size, func() { gcm.Seal(out[:0], make([]byte, 12), data, nil) })
		if size >= 16384 {
			report("SM4-CTR "+label, size, func() { cipher.NewCTR(block, make([]byte, 16)).XORKeyStream(out[:size], data) })
			report("SM4-CBC encrypt "+label, size, func() {
				cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(out[:size], data)
			})
			report("SM4-CBC decrypt "+label, size, func() {
				cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(out[:size], data)
			})
		}
	}
}
