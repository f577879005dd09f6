//! Blocks of an export, read side by side and added up in their order: the answer is that of reading row by row, on
//! however many threads.

use rayon::prelude::*;

use super::{CostError, Ledger};

/// The number of the first row below the headings.
const FIRST_ROW: u64 = 2;

/// Reads blocks into a ledger and says how many rows they had. `next` gives one block after the other; `add` puts all
/// rows of a block into a ledger, the first of them having the given number.
///
/// A block is summed for itself first. When it cannot simply be added to those before (a line item of it is known
/// already, its currency is another, a row is wrong), it is read again into the sum itself, row by row, so that what
/// counts twice and which row is wrong is decided in one place.
pub fn read<B: Send + Sync>(
    mut next: impl FnMut() -> Result<Option<B>, CostError> + Send,
    add: impl Fn(&B, u64, &mut Ledger) -> Result<u64, CostError> + Sync,
    ledger: &mut Ledger,
) -> Result<u64, CostError> {
    let mut number = FIRST_ROW;
    let mut blocks = some(&mut next)?;
    while !blocks.is_empty() {
        let empty = || Ledger::new(ledger.tag());
        let sum = |block: &B| {
            let mut part = empty();
            add(block, number, &mut part).map(|rows| (part, rows))
        };
        let (following, parts) = rayon::join(|| some(&mut next), || blocks.par_iter().map(sum).collect::<Vec<_>>());
        for (block, part) in blocks.iter().zip(parts) {
            let added = part.ok().and_then(|(part, rows)| ledger.absorb(part).then_some(rows));
            number += match added {
                Some(rows) => rows,
                None => add(block, number, ledger)?,
            };
        }
        blocks = following?;
    }
    Ok(number - FIRST_ROW)
}

/// As many blocks as there are threads.
fn some<B>(next: &mut impl FnMut() -> Result<Option<B>, CostError>) -> Result<Vec<B>, CostError> {
    let mut blocks = Vec::new();
    while blocks.len() < rayon::current_num_threads() {
        match next()? {
            Some(block) => blocks.push(block),
            None => break,
        }
    }
    Ok(blocks)
}
