package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"errors"

	"github.com/emmansun/gmsm/pkcs"
	"github.com/emmansun/gmsm/pkcs8"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	. "gmkit/tests/peers/harness"
)

const iterations = 1000

var keyFiles = map[string]Operation{
	"key.write": func(f Fields) (Fields, error) {
		key, password := privateKey(f, "key"), f.Octets("password")
		var der []byte
		var err error
		switch f.Text("form") {
		case "pkcs8":
			der, err = smx509.MarshalPKCS8PrivateKey(key)
		case "pkcs8-sm":
			encrypter := pkcs.NewPBESEncrypter(pkcs.SM4CBC, pkcs.NewPBKDF2Opts(pkcs.SM3, 16, iterations))
			der, err = pkcs8.MarshalPrivateKey(key, password, encrypter)
		case "pkcs8-gmt":
			der, err = pkcs8.MarshalPrivateKey(key, password, pkcs.NewSMPBESEncrypter(16, iterations))
		case "pkcs8-aes":
			encrypter := pkcs.NewPBESEncrypter(pkcs.AES256CBC, pkcs.NewPBKDF2Opts(pkcs.SHA256, 16, iterations))
			der, err = pkcs8.MarshalPrivateKey(key, password, encrypter)
		case "sec1":
			der, err = smx509.MarshalSM2PrivateKey(key)
		default:
			err = errors.New("unknown form")
		}
		return Fields{"der": Octets(der)}, err
	},
	"key.read": func(f Fields) (Fields, error) {
		der := f.Octets("der")
		if f.Text("form") == "sec1" {
			key, err := smx509.ParseSM2PrivateKey(der)
			return keyFields(key, err)
		}
		if f.Has("password") {
			key, err := pkcs8.ParsePKCS8PrivateKeySM2(der, f.Octets("password"))
			return keyFields(key, err)
		}
		key, err := pkcs8.ParsePKCS8PrivateKeySM2(der)
		return keyFields(key, err)
	},
	"public.write": func(f Fields) (Fields, error) {
		der, err := smx509.MarshalPKIXPublicKey(publicKey(f, "public"))
		return Fields{"der": Octets(der)}, err
	},
	"public.read": func(f Fields) (Fields, error) {
		found, err := smx509.ParsePKIXPublicKey(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		return Fields{"public": publicOctets(found)}, nil
	},
	"enveloped.seal": func(f Fields) (Fields, error) {
		der, err := sm2.MarshalEnvelopedPrivateKey(rand.Reader, publicKey(f, "public"), privateKey(f, "key"))
		return Fields{"der": Octets(der)}, err
	},
	"enveloped.open": func(f Fields) (Fields, error) {
		key, err := sm2.ParseEnvelopedPrivateKey(privateKey(f, "key"), f.Octets("der"))
		return keyFields(key, err)
	},
}

func keyFields(key *sm2.PrivateKey, err error) (Fields, error) {
	if err != nil {
		return nil, err
	}
	octets := key.D.FillBytes(make([]byte, 32))
	return Fields{"key": Octets(octets), "public": publicOctets(&key.PublicKey)}, nil
}

func publicOctets(found any) string {
	key, is := found.(*ecdsa.PublicKey)
	if !is || !sm2.IsSM2PublicKey(key) {
		panic("not an SM2 key")
	}
	octets := append([]byte{4}, key.X.FillBytes(make([]byte, 32))...)
	return Octets(append(octets, key.Y.FillBytes(make([]byte, 32))...))
}

// From SEQUENCE of two INTEGERs to r and s, 32 octets each.
func toRaw(signature []byte) []byte {
	raw := make([]byte, 64)
	at := 2
	for i := 0; i < 2; i++ {
		length := int(signature[at+1])
		value := signature[at+2 : at+2+length]
		if len(value) > 32 {
			value = value[len(value)-32:]
		}
		copy(raw[32*(i+1)-len(value):], value)
		at += 2 + length
	}
	return raw
}
