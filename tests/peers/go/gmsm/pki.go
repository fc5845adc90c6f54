package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"

	"github.com/emmansun/gmsm/smx509"

	. "gmkit/tests/peers/harness"
)

var pki = map[string]Operation{
	// Signed by key, for public; self-signed without an issuer.
	"certificate.write": func(f Fields) (Fields, error) {
		template := &x509.Certificate{
			SerialNumber:          new(big.Int).SetBytes(f.Octets("serial")),
			Subject:               pkix.Name{CommonName: f.Text("subject")},
			NotBefore:             f.Time("not_before"),
			NotAfter:              f.Time("not_after"),
			BasicConstraintsValid: true,
			IsCA:                  f.Flag("ca"),
			KeyUsage:              x509.KeyUsageDigitalSignature,
			SubjectKeyId:          f.Octets("key_id"),
			SignatureAlgorithm:    smx509.SM2WithSM3,
		}
		if template.IsCA {
			template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		}
		parent := template
		if f.Has("issuer") {
			issuer, err := smx509.ParseCertificate(f.Octets("issuer"))
			if err != nil {
				return nil, err
			}
			parent = issuer.ToX509()
		}
		key := privateKey(f, "key")
		der, err := smx509.CreateCertificate(rand.Reader, template, parent, publicKey(f, "public"), key)
		return Fields{"der": Octets(der)}, err
	},
	"certificate.read": func(f Fields) (Fields, error) {
		found, err := smx509.ParseCertificate(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		issuer := found
		if f.Has("issuer") {
			if issuer, err = smx509.ParseCertificate(f.Octets("issuer")); err != nil {
				return nil, err
			}
		}
		// Its signature alone: a leaf that signs itself is no authority, and not asked to be one.
		err = issuer.CheckSignature(found.SignatureAlgorithm, found.RawTBSCertificate, found.Signature)
		return Fields{
			"serial":     Octets(found.SerialNumber.Bytes()),
			"subject":    found.Subject.CommonName,
			"public":     publicOctets(found.PublicKey),
			"not_before": found.NotBefore.Unix(),
			"not_after":  found.NotAfter.Unix(),
			"ca":         found.IsCA,
			"valid":      err == nil,
		}, nil
	},
	"request.write": func(f Fields) (Fields, error) {
		template := &x509.CertificateRequest{
			Subject:            pkix.Name{CommonName: f.Text("subject")},
			SignatureAlgorithm: smx509.SM2WithSM3,
		}
		der, err := smx509.CreateCertificateRequest(rand.Reader, template, privateKey(f, "key"))
		return Fields{"der": Octets(der)}, err
	},
	"request.read": func(f Fields) (Fields, error) {
		found, err := smx509.ParseCertificateRequest(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		return Fields{
			"subject": found.Subject.CommonName,
			"public":  publicOctets(found.PublicKey),
			"valid":   found.CheckSignature() == nil,
		}, nil
	},
	"crl.write": func(f Fields) (Fields, error) {
		issuer, err := smx509.ParseCertificate(f.Octets("issuer"))
		if err != nil {
			return nil, err
		}
		template := &x509.RevocationList{
			SignatureAlgorithm: smx509.SM2WithSM3,
			Number:             big.NewInt(f.Number("number")),
			ThisUpdate:         f.Time("this_update"),
			NextUpdate:         f.Time("next_update"),
		}
		for _, one := range f.List("revoked") {
			template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{
				SerialNumber:   new(big.Int).SetBytes(one.Octets("serial")),
				RevocationTime: one.Time("time"),
				ReasonCode:     int(one.Number("reason")),
			})
		}
		der, err := smx509.CreateRevocationList(rand.Reader, template, issuer, privateKey(f, "key"))
		return Fields{"der": Octets(der)}, err
	},
	"crl.read": func(f Fields) (Fields, error) {
		found, err := smx509.ParseRevocationList(f.Octets("der"))
		if err != nil {
			return nil, err
		}
		issuer, err := smx509.ParseCertificate(f.Octets("issuer"))
		if err != nil {
			return nil, err
		}
		revoked := []Fields{}
		for _, one := range found.RevokedCertificateEntries {
			revoked = append(revoked, Fields{
				"serial": Octets(one.SerialNumber.Bytes()),
				"time":   one.RevocationTime.Unix(),
				"reason": one.ReasonCode,
			})
		}
		return Fields{
			"number":      found.Number.Int64(),
			"this_update": found.ThisUpdate.Unix(),
			"next_update": found.NextUpdate.Unix(),
			"revoked":     revoked,
			"valid":       found.CheckSignatureFrom(issuer) == nil,
		}, nil
	},
}
