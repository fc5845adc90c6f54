// What emmansun/gmsm says to one question a line on standard input; one answer a line on standard output.
//
//	verify der|raw KEY E SIGNATURE                   0 or 1
//	verifymsg der|raw KEY ID MESSAGE SIGNATURE       0 or 1
//	decrypt DER|C1C3C2|C1C2C3 D CIPHERTEXT           0, or 1 and the message
//	exchange A|B ID_A ID_B D R PEER PEERPOINT SIZE   0, or 1 and the key (gmsm takes no ephemeral key
//	                                                 where it confirms, so there is no confirmation)
//
// All in hexadecimal, "-" for nothing. A panic counts as refusal and is said.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
)

func main() {
	if len(os.Args) > 1 {
		info, _ := debug.ReadBuildInfo()
		for _, dep := range info.Deps {
			fmt.Println(dep.Path, dep.Version)
		}
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		fmt.Fprintln(out, answer(strings.Fields(in.Text())))
	}
}

func answer(q []string) (said string) {
	defer func() {
		if problem := recover(); problem != nil {
			said = fmt.Sprintf("0 panic: %v", problem)
		}
	}()
	switch q[0] {
	case "verify":
		return verdict(verify(q[1], unhex(q[2]), unhex(q[3]), unhex(q[4])))
	case "verifymsg":
		pub, err := sm2.NewPublicKey(unhex(q[2]))
		if err != nil {
			return "0"
		}
		za, err := sm2.CalculateZA(pub, unhex(q[3]))
		if err != nil {
			return "0"
		}
		e := sm3.Sum(append(za, unhex(q[4])...))
		return verdict(verify(q[1], unhex(q[2]), e[:], unhex(q[5])))
	case "decrypt":
		key, err := sm2.NewPrivateKey(unhex(q[2]))
		if err != nil {
			return "0"
		}
		opts := sm2.ASN1DecrypterOpts
		switch q[1] {
		case "C1C3C2":
			opts = sm2.NewPlainDecrypterOpts(sm2.C1C3C2)
		case "C1C2C3":
			opts = sm2.NewPlainDecrypterOpts(sm2.C1C2C3)
		}
		message, err := key.Decrypt(nil, unhex(q[3]), opts)
		if err != nil {
			return "0"
		}
		return "1 " + hex.EncodeToString(message)
	case "exchange":
		return exchange(q)
	}
	panic("no such question")
}

func verify(form string, key, e, sig []byte) bool {
	pub, err := sm2.NewPublicKey(key)
	if err != nil {
		return false
	}
	if form == "der" {
		return sm2.VerifyASN1(pub, e, sig)
	}
	// gmsm takes numbers here; that raw signatures have 64 bytes is for the caller to see.
	if len(sig) != 64 {
		return false
	}
	return sm2.Verify(pub, e, new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

func exchange(q []string) string {
	curve := ecdh.P256()
	d, err1 := curve.NewPrivateKey(unhex(q[4]))
	r, err2 := curve.NewPrivateKey(unhex(q[5]))
	peer, err3 := curve.NewPublicKey(unhex(q[6]))
	point, err4 := curve.NewPublicKey(unhex(q[7]))
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return "0"
	}
	shared, err := d.SM2MQV(r, peer, point)
	if err != nil {
		return "0"
	}
	size, _ := strconv.Atoi(q[8])
	own, other := unhex(q[2]), unhex(q[3])
	if q[1] == "B" {
		own, other = other, own
	}
	key, err := shared.SM2SharedKey(q[1] == "B", size, d.PublicKey(), peer, own, other)
	if err != nil {
		return "0"
	}
	return "1 " + hex.EncodeToString(key)
}

func verdict(good bool) string {
	if good {
		return "1"
	}
	return "0"
}

func unhex(s string) []byte {
	if s == "-" {
		return []byte{}
	}
	octets, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return octets
}
