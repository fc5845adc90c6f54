"""Object identifiers by the names people know them by."""

from __future__ import annotations

ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

EMAIL_ADDRESS = "1.2.840.113549.1.9.1"
COMMON_NAME = "2.5.4.3"

SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16"
SUBJECT_ALT_NAME = "2.5.29.17"
ISSUER_ALT_NAME = "2.5.29.18"
BASIC_CONSTRAINTS = "2.5.29.19"
CRL_NUMBER = "2.5.29.20"
REASON_CODE = "2.5.29.21"
INVALIDITY_DATE = "2.5.29.24"
DELTA_CRL_INDICATOR = "2.5.29.27"
ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
CERTIFICATE_ISSUER = "2.5.29.29"
NAME_CONSTRAINTS = "2.5.29.30"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
CERTIFICATE_POLICIES = "2.5.29.32"
POLICY_MAPPINGS = "2.5.29.33"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
POLICY_CONSTRAINTS = "2.5.29.36"
EXTENDED_KEY_USAGE = "2.5.29.37"
FRESHEST_CRL = "2.5.29.46"
INHIBIT_ANY_POLICY = "2.5.29.54"
SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9"
AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1"
SUBJECT_INFO_ACCESS = "1.3.6.1.5.5.7.1.11"
OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5"

ANY_POLICY = "2.5.29.32.0"

EXTENSIONS = {
    SUBJECT_DIRECTORY_ATTRIBUTES: "subjectDirectoryAttributes",
    SUBJECT_KEY_IDENTIFIER: "subjectKeyIdentifier",
    KEY_USAGE: "keyUsage",
    PRIVATE_KEY_USAGE_PERIOD: "privateKeyUsagePeriod",
    SUBJECT_ALT_NAME: "subjectAltName",
    ISSUER_ALT_NAME: "issuerAltName",
    BASIC_CONSTRAINTS: "basicConstraints",
    CRL_NUMBER: "cRLNumber",
    REASON_CODE: "reasonCode",
    INVALIDITY_DATE: "invalidityDate",
    DELTA_CRL_INDICATOR: "deltaCRLIndicator",
    ISSUING_DISTRIBUTION_POINT: "issuingDistributionPoint",
    CERTIFICATE_ISSUER: "certificateIssuer",
    NAME_CONSTRAINTS: "nameConstraints",
    CRL_DISTRIBUTION_POINTS: "cRLDistributionPoints",
    CERTIFICATE_POLICIES: "certificatePolicies",
    POLICY_MAPPINGS: "policyMappings",
    AUTHORITY_KEY_IDENTIFIER: "authorityKeyIdentifier",
    POLICY_CONSTRAINTS: "policyConstraints",
    EXTENDED_KEY_USAGE: "extKeyUsage",
    FRESHEST_CRL: "freshestCRL",
    INHIBIT_ANY_POLICY: "inhibitAnyPolicy",
    AUTHORITY_INFO_ACCESS: "authorityInfoAccess",
    SUBJECT_INFO_ACCESS: "subjectInfoAccess",
    OCSP_NO_CHECK: "ocspNoCheck",
    "1.2.156.10260.4.1.1": "identifyCode",
    "1.2.156.10260.4.1.2": "insuranceNumber",
    "1.2.156.10260.4.1.3": "iCRegistrationNumber",
    "1.2.156.10260.4.1.4": "organizationCode",
    "1.2.156.10260.4.1.5": "taxationNumber",
    "1.2.156.10260.4.1.1.1": "residentIdentityCardNumber",
    "1.2.156.10260.4.1.1.2": "passportNumber",
    "1.2.156.10260.4.4": "unifiedSocialCreditCode",
    "1.2.156.11.7.1": "identifyCode",
    "1.2.156.11.7.2": "insuranceNumber",
    "1.2.156.11.7.3": "organizationCode",
    "1.2.156.11.7.4": "iCRegistrationNumber",
    "1.2.156.11.7.5": "taxationNumber",
    "1.2.86.11.7.1": "identifyCode",
    "1.2.86.11.7.2": "insuranceNumber",
    "1.2.86.11.7.3": "organizationCode",
    "1.2.86.11.7.4": "iCRegistrationNumber",
    "1.2.86.11.7.5": "taxationNumber",
}

PURPOSES = {
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}

ACCESS_METHODS = {
    "1.3.6.1.5.5.7.48.1": "ocsp",
    "1.3.6.1.5.5.7.48.2": "caIssuers",
    "1.3.6.1.5.5.7.48.3": "timeStamping",
    "1.3.6.1.5.5.7.48.5": "caRepository",
}

SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM2_CURVE = "1.2.156.10197.1.301"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
ED25519 = "1.3.101.112"

ALGORITHMS = {
    SM2_WITH_SM3: "SM2 with SM3",
    SM2_CURVE: "SM2",
    "1.2.156.10197.1.504": "RSA with SM3",
    EC_PUBLIC_KEY: "id-ecPublicKey",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
    "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
    "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
    RSA_ENCRYPTION: "RSA",
    "1.2.840.113549.1.1.4": "RSA with MD5",
    "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "RSA with SHA-256",
    "1.2.840.113549.1.1.12": "RSA with SHA-384",
    "1.2.840.113549.1.1.13": "RSA with SHA-512",
    "1.2.840.10040.4.1": "DSA",
    ED25519: "Ed25519",
    "1.3.101.113": "Ed448",
}
