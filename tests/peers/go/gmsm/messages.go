package main

import (
	"errors"

	"github.com/emmansun/gmsm/pkcs"
	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/smx509"

	. "gmkit/tests/peers/harness"
)

// SM2 signature with SM3 in the RFC types; gmsm calls it by the key's OID in both families.
var messages = map[string]Operation{
	"cms.sign": func(f Fields) (Fields, error) {
		certificate, err := smx509.ParseCertificate(f.Octets("certificate"))
		if err != nil {
			return nil, err
		}
		var message *pkcs7.SignedData
		if f.Text("family") == "gm" {
			message, err = pkcs7.NewSMSignedData(f.Octets("data"))
		} else {
			message, err = pkcs7.NewSignedData(f.Octets("data"))
			if err == nil {
				message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSM3)
			}
		}
		if err != nil {
			return nil, err
		}
		if err = message.AddSigner(certificate, privateKey(f, "key"), pkcs7.SignerInfoConfig{}); err != nil {
			return nil, err
		}
		if f.Flag("detached") {
			message.Detach()
		}
		der, err := message.Finish()
		return Fields{"der": Octets(der)}, err
	},
	"cms.verify": func(f Fields) (Fields, error) {
		message, err := pkcs7.Parse(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		if f.Has("data") {
			message.Content = f.Octets("data")
		}
		if len(message.Signers) == 0 {
			return nil, errors.New("nobody signed")
		}
		if err := message.Verify(); err != nil {
			return Fields{"valid": false, "reason": err.Error()}, nil
		}
		return Fields{"valid": true, "data": Octets(message.Content)}, nil
	},
	"cms.encrypt": func(f Fields) (Fields, error) {
		certificate, err := smx509.ParseCertificate(f.Octets("certificate"))
		if err != nil {
			return nil, err
		}
		receivers := []*smx509.Certificate{certificate}
		encrypt := pkcs7.Encrypt
		if f.Text("family") == "gm" {
			encrypt = pkcs7.EncryptSM
		}
		der, err := encrypt(pkcs.SM4CBC, f.Octets("data"), receivers)
		return Fields{"der": Octets(der)}, err
	},
	"cms.decrypt": func(f Fields) (Fields, error) {
		certificate, err := smx509.ParseCertificate(f.Octets("certificate"))
		if err != nil {
			return nil, err
		}
		message, err := pkcs7.Parse(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		data, err := message.Decrypt(certificate, privateKey(f, "key"))
		return Fields{"data": Octets(data)}, err
	},
}
