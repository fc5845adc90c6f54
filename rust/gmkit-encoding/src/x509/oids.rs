//! Identifiers of extensions, as the contents of their OBJECT IDENTIFIER.

use crate::der::Oid;

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $content:expr, $text:literal;)*) => {
        $(
            $(#[$doc])*
            #[doc = $text]
            pub const $name: Oid<'static> = Oid::known(&$content);
        )*

        /// Every identifier of this table with its dotted form.
        pub const TABLE: &[(Oid<'static>, &str)] = &[$(($name, $text)),*];
    };
}

table! {
    SUBJECT_DIRECTORY_ATTRIBUTES = [0x55, 0x1d, 9], "2.5.29.9";
    SUBJECT_KEY_IDENTIFIER = [0x55, 0x1d, 14], "2.5.29.14";
    KEY_USAGE = [0x55, 0x1d, 15], "2.5.29.15";
    PRIVATE_KEY_USAGE_PERIOD = [0x55, 0x1d, 16], "2.5.29.16";
    SUBJECT_ALT_NAME = [0x55, 0x1d, 17], "2.5.29.17";
    ISSUER_ALT_NAME = [0x55, 0x1d, 18], "2.5.29.18";
    BASIC_CONSTRAINTS = [0x55, 0x1d, 19], "2.5.29.19";
    CRL_NUMBER = [0x55, 0x1d, 20], "2.5.29.20";
    REASON_CODE = [0x55, 0x1d, 21], "2.5.29.21";
    INVALIDITY_DATE = [0x55, 0x1d, 24], "2.5.29.24";
    DELTA_CRL_INDICATOR = [0x55, 0x1d, 27], "2.5.29.27";
    ISSUING_DISTRIBUTION_POINT = [0x55, 0x1d, 28], "2.5.29.28";
    CERTIFICATE_ISSUER = [0x55, 0x1d, 29], "2.5.29.29";
    NAME_CONSTRAINTS = [0x55, 0x1d, 30], "2.5.29.30";
    CRL_DISTRIBUTION_POINTS = [0x55, 0x1d, 31], "2.5.29.31";
    CERTIFICATE_POLICIES = [0x55, 0x1d, 32], "2.5.29.32";
    POLICY_MAPPINGS = [0x55, 0x1d, 33], "2.5.29.33";
    AUTHORITY_KEY_IDENTIFIER = [0x55, 0x1d, 35], "2.5.29.35";
    POLICY_CONSTRAINTS = [0x55, 0x1d, 36], "2.5.29.36";
    EXTENDED_KEY_USAGE = [0x55, 0x1d, 37], "2.5.29.37";
    FRESHEST_CRL = [0x55, 0x1d, 46], "2.5.29.46";
    INHIBIT_ANY_POLICY = [0x55, 0x1d, 54], "2.5.29.54";
    AUTHORITY_INFO_ACCESS = [0x2b, 6, 1, 5, 5, 7, 1, 1], "1.3.6.1.5.5.7.1.1";
    SUBJECT_INFO_ACCESS = [0x2b, 6, 1, 5, 5, 7, 1, 11], "1.3.6.1.5.5.7.1.11";
    OCSP_NO_CHECK = [0x2b, 6, 1, 5, 5, 7, 48, 1, 5], "1.3.6.1.5.5.7.48.1.5";
    EXTENSION_REQUEST = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14], "1.2.840.113549.1.9.14";
    /// Person's identity number.
    IDENTIFY_CODE = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 1], "1.2.156.10260.4.1.1";
    INSURANCE_NUMBER = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 2], "1.2.156.10260.4.1.2";
    /// Business registration.
    IC_REGISTRATION_NUMBER = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 3], "1.2.156.10260.4.1.3";
    ORGANIZATION_CODE = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 4], "1.2.156.10260.4.1.4";
    TAXATION_NUMBER = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 5], "1.2.156.10260.4.1.5";
    /// Resident's card, GM/T 0015-2023.
    RESIDENT_ID = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 1, 1], "1.2.156.10260.4.1.1.1";
    /// Passport, GM/T 0015-2023.
    PASSPORT = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 1, 1, 2], "1.2.156.10260.4.1.1.2";
    /// Unified social credit code, GM/T 0015-2023.
    CREDIT_CODE = [0x2a, 0x81, 0x1c, 0xd0, 0x14, 4, 4], "1.2.156.10260.4.4";
    /// Identity number in the older e-government profile.
    OLD_IDENTIFY_CODE = [0x2a, 0x81, 0x1c, 11, 7, 1], "1.2.156.11.7.1";
    OLD_INSURANCE_NUMBER = [0x2a, 0x81, 0x1c, 11, 7, 2], "1.2.156.11.7.2";
    OLD_ORGANIZATION_CODE = [0x2a, 0x81, 0x1c, 11, 7, 3], "1.2.156.11.7.3";
    OLD_IC_REGISTRATION_NUMBER = [0x2a, 0x81, 0x1c, 11, 7, 4], "1.2.156.11.7.4";
    OLD_TAXATION_NUMBER = [0x2a, 0x81, 0x1c, 11, 7, 5], "1.2.156.11.7.5";
    /// The same five under an arc that some RSA-era authorities use.
    RSA_IDENTIFY_CODE = [0x2a, 0x56, 11, 7, 1], "1.2.86.11.7.1";
    RSA_INSURANCE_NUMBER = [0x2a, 0x56, 11, 7, 2], "1.2.86.11.7.2";
    RSA_ORGANIZATION_CODE = [0x2a, 0x56, 11, 7, 3], "1.2.86.11.7.3";
    RSA_IC_REGISTRATION_NUMBER = [0x2a, 0x56, 11, 7, 4], "1.2.86.11.7.4";
    RSA_TAXATION_NUMBER = [0x2a, 0x56, 11, 7, 5], "1.2.86.11.7.5";
}

/// Whether the identifier names one of the identity extensions of GM/T 0015, of any generation.
pub fn is_identity(oid: Oid<'_>) -> bool {
    const ARCS: [&[u8]; 3] = [
        &[0x2a, 0x81, 0x1c, 0xd0, 0x14, 4],
        &[0x2a, 0x81, 0x1c, 11, 7],
        &[0x2a, 0x56, 11, 7],
    ];
    ARCS.iter().any(|arc| oid.as_bytes().starts_with(arc))
        && TABLE.iter().any(|(known, _)| *known == oid)
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn every_identifier_is_what_its_text_says() {
        for (oid, text) in TABLE {
            assert_eq!(oid.to_string(), *text);
        }
    }
}
