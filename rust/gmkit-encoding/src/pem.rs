//! PEM, the textual form of RFC 7468.
//!
//! Read: text around the blocks, a byte order mark, any line end, blanks at either end of a line,
//! blank lines and lines of any length. Refused, each with its own words: a block without its end or
//! with another end, headers inside a block, anything but base64 in it, padding that is missing or
//! hides bits. Written: lines of 64 characters, line feed, nothing around the block.

mod base64;

use zeroize::Zeroizing;

use crate::Error;

const PEM: &str = "PEM text";
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const ON_ONE_LINE: &str = "text after the dashes of a BEGIN or END line; is the block on one line?";

/// One block.
///
/// The octets may be a private key, so they are wiped when the block goes.
pub struct Block {
    /// What the BEGIN line says: "CERTIFICATE", "PRIVATE KEY", ….
    pub label: String,
    /// What the base64 text stands for.
    pub content: Zeroizing<Vec<u8>>,
    /// Position of the BEGIN line in the text, in octets.
    pub offset: usize,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the contents: they may be a private key.
        f.debug_struct("Block")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// All blocks of a text, in order; at least one.
///
/// # Errors
/// If there is no block, or one of them is not well formed.
pub fn parse(text: &[u8]) -> Result<Vec<Block>, Error> {
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return Err(Error::new(PEM, "the text is UTF-16; save it as UTF-8", 0));
    }
    let start = if text.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let mut lines = Lines { text, at: start };
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if line.text.starts_with(BEGIN) {
            blocks.push(block(&line, &mut lines)?);
        } else if line.text.starts_with(DASHES) && contains(line.text, b"-BEGIN") {
            return Err(Error::new(PEM, "malformed BEGIN line", line.at));
        } else if line.text.starts_with(END) {
            return Err(Error::new(PEM, "END line without a BEGIN line", line.at));
        }
    }
    if blocks.is_empty() {
        return Err(Error::new(PEM, nothing_found(text), 0));
    }
    Ok(blocks)
}

/// A block with this label.
///
/// # Panics
/// Never for the labels gmkit writes; a label with other than printable ASCII would not be read back.
pub fn write(label: &str, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let lines = content.len().div_ceil(48);
    let size = lines * 65 + 2 * label.len() + 32;
    // Large enough never to move: what is written may be a secret.
    let mut text = Zeroizing::new(Vec::with_capacity(size));
    text.extend_from_slice(BEGIN);
    text.extend_from_slice(label.as_bytes());
    text.extend_from_slice(b"-----\n");
    for line in content.chunks(48) {
        base64::encode(line, &mut text);
        text.push(b'\n');
    }
    text.extend_from_slice(END);
    text.extend_from_slice(label.as_bytes());
    text.extend_from_slice(b"-----\n");
    debug_assert!(text.len() <= size);
    text
}

fn block(begin: &Line<'_>, lines: &mut Lines<'_>) -> Result<Block, Error> {
    let label = label(begin, BEGIN)?;
    let content_start = lines.at;
    let mut decoder = base64::Decoder::new();
    let mut content = Zeroizing::new(Vec::with_capacity(lines.until_dashes() / 4 * 3 + 3));
    while let Some(line) = lines.next() {
        if line.text.starts_with(END) {
            if self::label(&line, END)? != label {
                let message = format!("BEGIN {label} is closed by another END line");
                return Err(Error::new(PEM, message, line.at));
            }
            decoder
                .finish()
                .map_err(|message| Error::new(PEM, message, line.at))?;
            return Ok(Block {
                label: label.to_owned(),
                content,
                offset: begin.at,
            });
        }
        if line.text.starts_with(DASHES) {
            return Err(Error::new(
                PEM,
                format!("BEGIN {label} has no END line"),
                line.at,
            ));
        }
        if line.text.contains(&b':') {
            let message = "headers inside the block (encryption of old OpenSSL?); \
                           write the key anew: openssl pkcs8 -topk8";
            return Err(Error::new(PEM, message, line.at));
        }
        decoder
            .line(line.text, &mut content)
            .map_err(|(message, column)| Error::new(PEM, message, line.at + column))?;
    }
    let message = format!("truncated: BEGIN {label} has no END line");
    Err(Error::new(PEM, message, content_start))
}

/// The label between `head` and the closing dashes.
fn label<'a>(line: &Line<'a>, head: &[u8]) -> Result<&'a str, Error> {
    let rest = line.text.strip_prefix(head).unwrap_or_default();
    let Some(label) = rest.strip_suffix(DASHES) else {
        let message = if contains(rest, b"-----\\n") {
            "line breaks are written as backslash and n; put real ones"
        } else if contains(rest, DASHES) {
            ON_ONE_LINE
        } else {
            "BEGIN or END line without its closing dashes"
        };
        return Err(Error::new(PEM, message, line.at));
    };
    if contains(label, DASHES) {
        // What stands between is the content, which may be a private key: no message repeats it.
        return Err(Error::new(PEM, ON_ONE_LINE, line.at));
    }
    let printable = label.iter().all(|octet| matches!(octet, 0x20..=0x7e));
    match std::str::from_utf8(label) {
        Ok(text) if printable && !text.is_empty() && text.trim_matches(['-', ' ']) == text => {
            Ok(text)
        }
        _ => Err(Error::new(PEM, "malformed label", line.at)),
    }
}

fn nothing_found(text: &[u8]) -> &'static str {
    match text.first() {
        None => "empty",
        // A SEQUENCE with a long length: what every key and certificate in DER starts with.
        Some(0x30)
            if text
                .get(1)
                .is_some_and(|length| *length >= 0x40 && *length != b'-') =>
        {
            "no PEM block found; this looks like DER"
        }
        _ => "no PEM block found (-----BEGIN …-----)",
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// A line without the blanks around it, and where it starts.
struct Line<'a> {
    text: &'a [u8],
    at: usize,
}

struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = self.at;
        let length = rest.iter().position(|octet| matches!(octet, b'\n' | b'\r'));
        let line = &rest[..length.unwrap_or(rest.len())];
        self.at += line.len() + 1;
        if rest[line.len()..].starts_with(b"\r\n") {
            self.at += 1;
        }
        let text = line.trim_ascii_start();
        Some(Line {
            text: text.trim_ascii_end(),
            at: at + line.len() - text.len(),
        })
    }

    /// An upper bound of the octets before the next line of dashes.
    fn until_dashes(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.iter()
            .position(|&octet| octet == b'-')
            .unwrap_or(rest.len())
    }
}

#[cfg(test)]
mod tests;
