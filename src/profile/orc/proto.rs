//! Protocol buffers, as far as ORC's footers need them: fields of a message, one after another.

/// A field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'b> {
    /// A whole number.
    Number(u64),
    /// A text, a message or packed numbers.
    Bytes(&'b [u8]),
    /// Eight or four bytes, which no footer field that is read here has.
    Fixed,
}

/// The next base-128 number; `None` when the bytes end within it, or it has more than 64 bits.
pub fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The fields of a message by their numbers, in its order; `None` when it is damaged.
pub fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Field<'_>)>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut bytes)?),
            1 => {
                bytes = bytes.get(8..)?;
                Field::Fixed
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let value = bytes.get(..length)?;
                bytes = &bytes[length..];
                Field::Bytes(value)
            }
            5 => {
                bytes = bytes.get(4..)?;
                Field::Fixed
            }
            _ => return None,
        };
        all.push((tag >> 3, field));
    }
    Some(all)
}

/// The first number of a field; `None` when it is absent.
pub fn number(fields: &[(u64, Field<'_>)], wanted: u64) -> Option<u64> {
    fields.iter().find_map(|(number, field)| match field {
        Field::Number(value) if *number == wanted => Some(*value),
        _ => None,
    })
}

/// All texts or messages of a field.
pub fn messages<'f, 'b>(fields: &'f [(u64, Field<'b>)], wanted: u64) -> impl Iterator<Item = &'b [u8]> + 'f {
    fields.iter().filter_map(move |(number, field)| match field {
        Field::Bytes(bytes) if *number == wanted => Some(*bytes),
        _ => None,
    })
}

/// All numbers of a repeated field, packed or not.
pub fn numbers(fields: &[(u64, Field<'_>)], wanted: u64) -> Option<Vec<u64>> {
    let mut all = Vec::new();
    for (_, field) in fields.iter().filter(|(number, _)| *number == wanted) {
        match field {
            Field::Number(value) => all.push(*value),
            Field::Bytes(packed) => {
                let mut packed = *packed;
                while !packed.is_empty() {
                    all.push(varint(&mut packed)?);
                }
            }
            Field::Fixed => return None,
        }
    }
    Some(all)
}
