//! Verdicts and receipts as Arrow record batches.

use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeBinaryBuilder, Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
    UInt8Builder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use gmkit_receipt::record::KINDS;
use gmkit_receipt::verify::Verdict;
use pyo3::exceptions::PyRuntimeError;
use pyo3::PyErr;

/// The columns that every row has, a row for each verdict.
///
/// `reason` is a number, 0 for a valid receipt; `signer` the place of the header; `e` and `signature`
/// are there where a trusted key stands behind the header.
pub fn verdicts(verdicts: &[Verdict]) -> Result<RecordBatch, ArrowError> {
    let rows = verdicts.len();
    let records = || verdicts.iter().map(|verdict| verdict.record.as_ref());
    let mut reasons = UInt8Builder::with_capacity(rows);
    let mut signers = Int32Builder::with_capacity(rows);
    let mut digests = FixedSizeBinaryBuilder::with_capacity(rows, 32);
    let mut signatures = FixedSizeBinaryBuilder::with_capacity(rows, 64);
    for verdict in verdicts {
        reasons.append_value(verdict.reason.map_or(0, |reason| reason as u8));
        signers.append_option(verdict.signer.and_then(|place| i32::try_from(place).ok()));
        if let Some((e, signature)) = &verdict.signed {
            digests.append_value(e)?;
            signatures.append_value(signature)?;
        } else {
            digests.append_null();
            signatures.append_null();
        }
    }
    let mut ids = StringBuilder::with_capacity(rows, 24 * rows);
    let mut kinds = StringBuilder::with_capacity(rows, 5 * rows);
    let mut times = TimestampMillisecondBuilder::with_capacity(rows).with_timezone("UTC");
    let mut amounts = Int64Builder::with_capacity(rows);
    let mut orders = StringBuilder::with_capacity(rows, 24 * rows);
    let mut sequences = Int64Builder::with_capacity(rows);
    let mut previous = FixedSizeBinaryBuilder::with_capacity(rows, 32);
    let mut sizes = Int64Builder::with_capacity(rows);
    let mut roots = FixedSizeBinaryBuilder::with_capacity(rows, 32);
    for record in records() {
        let hash = record.and_then(|record| record.previous);
        let checkpoint = record.and_then(|record| record.checkpoint);
        hashed(&mut previous, hash)?;
        sizes.append_option(checkpoint.map(|(size, _)| size));
        hashed(&mut roots, checkpoint.map(|(_, root)| root))?;
        ids.append_option(record.map(|record| &record.id));
        kinds.append_option(record.and_then(|record| KINDS.get(record.kind)));
        times.append_option(record.map(|record| record.time));
        amounts.append_option(record.and_then(|record| record.amount));
        orders.append_option(record.and_then(|record| record.order.as_ref()));
        sequences.append_option(record.and_then(|record| record.sequence));
    }
    RecordBatch::try_from_iter_with_nullable([
        ("reason", Arc::new(reasons.finish()) as ArrayRef, false),
        ("signer", Arc::new(signers.finish()), true),
        ("id", Arc::new(ids.finish()), true),
        ("kind", Arc::new(kinds.finish()), true),
        ("time", Arc::new(times.finish()), true),
        ("amount", Arc::new(amounts.finish()), true),
        ("order", Arc::new(orders.finish()), true),
        ("sequence", Arc::new(sequences.finish()), true),
        ("previous", Arc::new(previous.finish()), true),
        ("checkpoint_size", Arc::new(sizes.finish()), true),
        ("checkpoint_root", Arc::new(roots.finish()), true),
        ("e", Arc::new(digests.finish()), true),
        ("signature", Arc::new(signatures.finish()), true),
    ])
}

fn hashed(column: &mut FixedSizeBinaryBuilder, hash: Option<[u8; 32]>) -> Result<(), ArrowError> {
    if let Some(hash) = hash {
        return column.append_value(hash);
    }
    column.append_null();
    Ok(())
}

/// Identifier and text of each receipt.
pub fn receipts(rows: &[Option<(String, Vec<u8>)>]) -> Result<RecordBatch, ArrowError> {
    let octets = rows.iter().flatten().map(|(_, text)| text.len()).sum();
    let mut ids = StringBuilder::with_capacity(rows.len(), 24 * rows.len());
    let mut texts = StringBuilder::with_capacity(rows.len(), octets);
    for row in rows {
        ids.append_option(row.as_ref().map(|(id, _)| id));
        // A receipt is ASCII.
        texts.append_option(
            row.as_ref()
                .and_then(|(_, text)| std::str::from_utf8(text).ok()),
        );
    }
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(ids.finish()) as ArrayRef, true),
        ("receipt", Arc::new(texts.finish()), true),
    ])
}

/// Columns of one length and of fixed sizes always make a batch.
#[allow(clippy::needless_pass_by_value)]
pub fn impossible(error: ArrowError) -> PyErr {
    PyRuntimeError::new_err(format!("no record batch could be made: {error}"))
}
