// tjfoc/gmsm as a peer.
package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509/pkix"
	"errors"
	"math/big"

	"github.com/tjfoc/gmsm/sm2"
	"github.com/tjfoc/gmsm/sm3"
	"github.com/tjfoc/gmsm/x509"

	. "gmkit/tests/peers/harness"
)

func main() { Serve("tjfoc/gmsm 1.4.1", operations) }

var operations = map[string]Operation{
	"sign": func(f Fields) (Fields, error) {
		r, s, err := sm2.Sm2Sign(privateKey(f), f.Octets("data"), userID(f), rand.Reader)
		if err != nil {
			return nil, err
		}
		if f.Text("form") == "raw" {
			raw := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
			return Fields{"signature": Octets(raw)}, nil
		}
		der, err := sm2.SignDigitToSignData(r, s)
		return Fields{"signature": Octets(der)}, err
	},
	"verify": func(f Fields) (Fields, error) {
		signature := f.Octets("signature")
		var r, s *big.Int
		var err error
		if f.Text("form") == "raw" {
			if len(signature) != 64 {
				return Fields{"valid": false}, nil
			}
			r, s = new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		} else if r, s, err = sm2.SignDataToSignDigit(signature); err != nil {
			return Fields{"valid": false}, nil
		}
		return Fields{"valid": sm2.Sm2Verify(publicKey(f), f.Octets("data"), userID(f), r, s)}, nil
	},
	"encrypt": func(f Fields) (Fields, error) {
		var box []byte
		var err error
		switch f.Text("form") {
		case "c1c3c2":
			box, err = sm2.Encrypt(publicKey(f), f.Octets("data"), rand.Reader, sm2.C1C3C2)
		case "c1c2c3":
			box, err = sm2.Encrypt(publicKey(f), f.Octets("data"), rand.Reader, sm2.C1C2C3)
		default:
			box, err = sm2.EncryptAsn1(publicKey(f), f.Octets("data"), rand.Reader)
		}
		return Fields{"ciphertext": Octets(box)}, err
	},
	"decrypt": func(f Fields) (Fields, error) {
		var data []byte
		var err error
		switch f.Text("form") {
		case "c1c3c2":
			data, err = sm2.Decrypt(privateKey(f), f.Octets("ciphertext"), sm2.C1C3C2)
		case "c1c2c3":
			data, err = sm2.Decrypt(privateKey(f), f.Octets("ciphertext"), sm2.C1C2C3)
		default:
			data, err = sm2.DecryptAsn1(privateKey(f), f.Octets("ciphertext"))
		}
		return Fields{"data": Octets(data)}, err
	},
	"default.sign": func(f Fields) (Fields, error) {
		signature, err := privateKey(f).Sign(rand.Reader, f.Octets("data"), nil)
		return Fields{"signature": Octets(signature)}, err
	},
	"default.verify": func(f Fields) (Fields, error) {
		return Fields{"valid": publicKey(f).Verify(f.Octets("data"), f.Octets("signature"))}, nil
	},
	"default.encrypt": func(f Fields) (Fields, error) {
		box, err := sm2.Encrypt(publicKey(f), f.Octets("data"), rand.Reader, sm2.C1C3C2)
		return Fields{"ciphertext": Octets(box)}, err
	},
	"default.decrypt": func(f Fields) (Fields, error) {
		data, err := sm2.Decrypt(privateKey(f), f.Octets("ciphertext"), sm2.C1C3C2)
		return Fields{"data": Octets(data)}, err
	},
	"sm3": func(f Fields) (Fields, error) {
		return Fields{"digest": Octets(sm3.Sm3Sum(f.Octets("data")))}, nil
	},
	"key.write": func(f Fields) (Fields, error) {
		var der []byte
		var err error
		switch f.Text("form") {
		case "pkcs8":
			der, err = x509.MarshalSm2UnecryptedPrivateKey(privateKey(f))
		case "pkcs8-aes":
			der, err = x509.MarshalSm2EcryptedPrivateKey(privateKey(f), f.Octets("password"))
		default:
			err = errors.New("unknown form")
		}
		return Fields{"der": Octets(der)}, err
	},
	"key.read": func(f Fields) (Fields, error) {
		var key *sm2.PrivateKey
		var err error
		switch {
		case f.Text("form") == "sec1":
			key, err = x509.ParseSm2PrivateKey(f.Octets("der"))
		case f.Has("password"):
			key, err = x509.ParsePKCS8PrivateKey(f.Octets("der"), f.Octets("password"))
		default:
			key, err = x509.ParsePKCS8UnecryptedPrivateKey(f.Octets("der"))
		}
		if err != nil {
			return nil, err
		}
		return Fields{
			"key":    Octets(key.D.FillBytes(make([]byte, 32))),
			"public": octets(&key.PublicKey),
		}, nil
	},
	"public.write": func(f Fields) (Fields, error) {
		der, err := x509.MarshalSm2PublicKey(publicKey(f))
		return Fields{"der": Octets(der)}, err
	},
	"public.read": func(f Fields) (Fields, error) {
		key, err := x509.ParseSm2PublicKey(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		return Fields{"public": octets(key)}, nil
	},
	"certificate.write": func(f Fields) (Fields, error) {
		template := &x509.Certificate{
			SerialNumber:          new(big.Int).SetBytes(f.Octets("serial")),
			Subject:               pkix.Name{CommonName: f.Text("subject")},
			NotBefore:             f.Time("not_before"),
			NotAfter:              f.Time("not_after"),
			BasicConstraintsValid: true,
			IsCA:                  f.Flag("ca"),
			KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
			SubjectKeyId:          f.Octets("key_id"),
			SignatureAlgorithm:    x509.SM2WithSM3,
		}
		parent := template
		if f.Has("issuer") {
			issuer, err := x509.ParseCertificate(f.Octets("issuer"))
			if err != nil {
				return nil, err
			}
			parent = issuer
		}
		der, err := x509.CreateCertificate(template, parent, publicKey(f), privateKey(f))
		return Fields{"der": Octets(der)}, err
	},
	"certificate.read": func(f Fields) (Fields, error) {
		found, err := x509.ParseCertificate(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		issuer := found
		if f.Has("issuer") {
			if issuer, err = x509.ParseCertificate(f.Octets("issuer")); err != nil {
				return nil, err
			}
		}
		err = issuer.CheckSignature(found.SignatureAlgorithm, found.RawTBSCertificate, found.Signature)
		return Fields{
			"serial":     Octets(found.SerialNumber.Bytes()),
			"subject":    found.Subject.CommonName,
			"public":     anyOctets(found.PublicKey),
			"not_before": found.NotBefore.Unix(),
			"not_after":  found.NotAfter.Unix(),
			"ca":         found.IsCA,
			"valid":      err == nil,
		}, nil
	},
	"request.write": func(f Fields) (Fields, error) {
		template := &x509.CertificateRequest{
			Subject:            pkix.Name{CommonName: f.Text("subject")},
			SignatureAlgorithm: x509.SM2WithSM3,
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, template, privateKey(f))
		return Fields{"der": Octets(der)}, err
	},
	"request.read": func(f Fields) (Fields, error) {
		found, err := x509.ParseCertificateRequest(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		return Fields{
			"subject": found.Subject.CommonName,
			"public":  anyOctets(found.PublicKey),
			"valid":   found.CheckSignature() == nil,
		}, nil
	},
}

func privateKey(f Fields) *sm2.PrivateKey {
	key, err := x509.ReadPrivateKeyFromHex(f.Text("key"))
	if err != nil {
		panic(err)
	}
	return key
}

func publicKey(f Fields) *sm2.PublicKey {
	key, err := x509.ReadPublicKeyFromHex(f.Text("public"))
	if err != nil {
		panic(err)
	}
	return key
}

func octets(key *sm2.PublicKey) string { return pointOctets(key.X, key.Y) }

// Certificates have their keys as crypto/ecdsa has them.
func anyOctets(found any) string {
	if key, is := found.(*sm2.PublicKey); is {
		return pointOctets(key.X, key.Y)
	}
	key := found.(*ecdsa.PublicKey)
	return pointOctets(key.X, key.Y)
}

func pointOctets(x, y *big.Int) string {
	point := append([]byte{4}, x.FillBytes(make([]byte, 32))...)
	return Octets(append(point, y.FillBytes(make([]byte, 32))...))
}

func userID(f Fields) []byte {
	if f.Has("id") && f.Text("id") == "" {
		panic("tjfoc has no empty identifier")
	}
	return f.Octets("id")
}
