package main

import (
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"math/big"

	"github.com/emmansun/gmsm/padding"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	. "gmkit/tests/peers/harness"
)

var algorithms = map[string]Operation{
	"sign": func(f Fields) (Fields, error) {
		key := privateKey(f, "key")
		signature, err := key.Sign(rand.Reader, f.Octets("data"), sm2.NewSM2SignerOption(true, userID(f)))
		if err == nil && f.Text("form") == "raw" {
			return Fields{"signature": Octets(toRaw(signature))}, nil
		}
		return Fields{"signature": Octets(signature)}, err
	},
	"verify": func(f Fields) (Fields, error) {
		public, signature := publicKey(f, "public"), f.Octets("signature")
		if f.Text("form") != "raw" {
			return Fields{"valid": sm2.VerifyASN1WithSM2(public, userID(f), f.Octets("data"), signature)}, nil
		}
		if len(signature) != 64 {
			return Fields{"valid": false}, nil
		}
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return Fields{"valid": sm2.VerifyWithSM2(public, userID(f), f.Octets("data"), r, s)}, nil
	},
	"encrypt": func(f Fields) (Fields, error) {
		options := sm2.ASN1EncrypterOpts
		switch f.Text("form") {
		case "c1c3c2":
			options = sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C3C2)
		case "c1c2c3":
			options = sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C2C3)
		}
		box, err := sm2.Encrypt(rand.Reader, publicKey(f, "public"), f.Octets("data"), options)
		return Fields{"ciphertext": Octets(box)}, err
	},
	"decrypt": func(f Fields) (Fields, error) {
		key, box := privateKey(f, "key"), f.Octets("ciphertext")
		var data []byte
		var err error
		switch f.Text("form") {
		case "c1c3c2":
			data, err = key.Decrypt(rand.Reader, box, sm2.NewPlainDecrypterOpts(sm2.C1C3C2))
		case "c1c2c3":
			data, err = key.Decrypt(rand.Reader, box, sm2.NewPlainDecrypterOpts(sm2.C1C2C3))
		default:
			data, err = sm2.Decrypt(key, box)
		}
		return Fields{"data": Octets(data)}, err
	},
	// What it does when nothing is said.
	"default.sign": func(f Fields) (Fields, error) {
		signature, err := privateKey(f, "key").SignWithSM2(rand.Reader, nil, f.Octets("data"))
		return Fields{"signature": Octets(signature)}, err
	},
	"default.verify": func(f Fields) (Fields, error) {
		public := publicKey(f, "public")
		return Fields{"valid": sm2.VerifyASN1WithSM2(public, nil, f.Octets("data"), f.Octets("signature"))}, nil
	},
	"default.encrypt": func(f Fields) (Fields, error) {
		box, err := sm2.Encrypt(rand.Reader, publicKey(f, "public"), f.Octets("data"), nil)
		return Fields{"ciphertext": Octets(box)}, err
	},
	"default.decrypt": func(f Fields) (Fields, error) {
		data, err := sm2.Decrypt(privateKey(f, "key"), f.Octets("ciphertext"))
		return Fields{"data": Octets(data)}, err
	},
	"sm3": func(f Fields) (Fields, error) {
		digest := sm3.Sum(f.Octets("data"))
		return Fields{"digest": Octets(digest[:])}, nil
	},
	"hmac": func(f Fields) (Fields, error) {
		mac := hmac.New(sm3.New, f.Octets("key"))
		mac.Write(f.Octets("data"))
		return Fields{"mac": Octets(mac.Sum(nil))}, nil
	},
	"sm4.encrypt": func(f Fields) (Fields, error) {
		block, err := sm4.NewCipher(f.Octets("key"))
		if err != nil {
			return nil, err
		}
		data, iv := f.Octets("data"), f.Octets("iv")
		switch f.Text("form") {
		case "cbc":
			padded := padding.NewPKCS7Padding(16).Pad(data)
			cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
			return Fields{"ciphertext": Octets(padded)}, nil
		case "ctr":
			cipher.NewCTR(block, iv).XORKeyStream(data, data)
			return Fields{"ciphertext": Octets(data)}, nil
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		return Fields{"ciphertext": Octets(gcm.Seal(nil, iv, data, f.Octets("aad")))}, nil
	},
	"sm4.decrypt": func(f Fields) (Fields, error) {
		block, err := sm4.NewCipher(f.Octets("key"))
		if err != nil {
			return nil, err
		}
		data, iv := f.Octets("ciphertext"), f.Octets("iv")
		switch f.Text("form") {
		case "cbc":
			if len(data)%16 != 0 {
				return nil, errors.New("not whole blocks")
			}
			cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
			data, err = padding.NewPKCS7Padding(16).Unpad(data)
			return Fields{"data": Octets(data)}, err
		case "ctr":
			cipher.NewCTR(block, iv).XORKeyStream(data, data)
			return Fields{"data": Octets(data)}, nil
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		data, err = gcm.Open(nil, iv, data, f.Octets("aad"))
		return Fields{"data": Octets(data)}, err
	},
}

func privateKey(f Fields, name string) *sm2.PrivateKey {
	key, err := sm2.NewPrivateKey(f.Octets(name))
	if err != nil {
		panic(err)
	}
	return key
}

func publicKey(f Fields, name string) *ecdsa.PublicKey {
	key, err := sm2.NewPublicKey(f.Octets(name))
	if err != nil {
		panic(err)
	}
	return key
}

// The default identifier if none is given. In gmsm an empty one means the default too.
func userID(f Fields) []byte {
	if f.Has("id") && f.Text("id") == "" {
		panic("gmsm has no empty identifier")
	}
	return f.Octets("id")
}
