//! Identity numbers of persons and organisations (GM/T 0015).

use super::ExtensionValue;
use crate::der::{Deviation, Reader, Tag, Tolerance};
use crate::Error;

/// ```text
/// IdentifyCode ::= CHOICE { residenterCardNumber      [0] PrintableString,
///                           militaryOfficerCardNumber [1] UTF8String,
///                           passportNumber            [2] PrintableString }
/// ```
/// and bare strings for the others. The module leaves the tagging open: explicit and implicit tags
/// are met, and some authorities put a bare string, an OCTET STRING or no ASN.1 at all.
pub(super) fn read<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<ExtensionValue<'a>, Error> {
    let stored = reader.remaining();
    let offset = reader.offset();
    let mut attempt = *reader;
    if let Ok(element) = attempt.any() {
        let choice = element.tag.is_context().then(|| element.tag.number());
        let text = if choice.is_some() && element.tag.is_constructed() {
            let mut inside = attempt.inside(&element)?;
            let string = inside.any()?;
            inside.finish()?;
            string.content
        } else {
            element.content
        };
        let string = choice.is_some()
            || matches!(
                element.tag,
                Tag::PRINTABLE_STRING
                    | Tag::UTF8_STRING
                    | Tag::IA5_STRING
                    | Tag::NUMERIC_STRING
                    | Tag::VISIBLE_STRING
                    | Tag::TELETEX_STRING
                    | Tag::OCTET_STRING
            );
        if string && attempt.is_empty() {
            if element.tag == Tag::OCTET_STRING {
                reader.deviation(Deviation::StringType, offset)?;
            }
            *reader = attempt;
            return Ok(ExtensionValue::Identity { choice, text });
        }
    }
    reader.deviation(Deviation::ExtensionSyntax, offset)?;
    reader.skip_rest();
    Ok(ExtensionValue::Identity {
        choice: None,
        text: stored,
    })
}
