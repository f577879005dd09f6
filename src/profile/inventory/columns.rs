//! Which column of an inventory is what.

/// Places of the columns that are read. Names as S3 Inventory and S3 Metadata write them, in any case, with or without
/// underscores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// How many there are.
    pub count: usize,
    /// The key; there is no inventory without.
    pub key: usize,
    /// Bytes.
    pub size: Option<usize>,
    /// Last modification.
    pub modified: Option<usize>,
    /// Storage class.
    pub class: Option<usize>,
    /// Whether it is the newest version.
    pub is_latest: Option<usize>,
    /// Whether it is a delete marker.
    pub is_delete_marker: Option<usize>,
    /// The access tier of Intelligent-Tiering, which may be an archive.
    pub tier: Option<usize>,
}

impl Columns {
    /// From names; `None` without a key.
    #[must_use]
    pub fn named<'n>(names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let names: Vec<String> = names
            .map(|name| name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect())
            .collect();
        let find = |wanted: &str| names.iter().position(|name| name == wanted);
        Some(Self {
            count: names.len(),
            key: find("key")?,
            size: find("size"),
            modified: find("lastmodifieddate").or_else(|| find("lastmodified")),
            class: find("storageclass"),
            is_latest: find("islatest"),
            is_delete_marker: find("isdeletemarker"),
            tier: find("intelligenttieringaccesstier"),
        })
    }

    /// From the first record of a file without a header: bucket and key come first, then a size is a whole number, a
    /// time is a time, and two truth values are version states.
    #[must_use]
    pub fn guessed(fields: &[Vec<u8>]) -> Option<Self> {
        if fields.len() < 3 {
            return None;
        }
        let is_bool = |field: &Vec<u8>| field.eq_ignore_ascii_case(b"true") || field.eq_ignore_ascii_case(b"false");
        let bools: Vec<usize> = (2..fields.len()).filter(|at| is_bool(&fields[*at])).take(2).collect();
        let whole = |field: &Vec<u8>| !field.is_empty() && field.len() < 16 && field.iter().all(u8::is_ascii_digit);
        let time = |field: &Vec<u8>| super::super::objects::moment::parse(field).is_some() && field.len() >= 19;
        let class = |field: &Vec<u8>| {
            const CLASSES: [&[u8]; 9] = [
                b"STANDARD",
                b"STANDARD_IA",
                b"ONEZONE_IA",
                b"INTELLIGENT_TIERING",
                b"GLACIER",
                b"DEEP_ARCHIVE",
                b"GLACIER_IR",
                b"REDUCED_REDUNDANCY",
                b"OUTPOSTS",
            ];
            CLASSES.contains(&field.as_slice())
        };
        let find = |is: &dyn Fn(&Vec<u8>) -> bool| (2..fields.len()).find(|at| is(&fields[*at]));
        let versions = bools.len() == 2 && bools[1] == bools[0] + 1;
        Some(Self {
            count: fields.len(),
            key: 1,
            size: Some(find(&whole)?),
            modified: find(&time),
            class: find(&class),
            is_latest: versions.then(|| bools[0]),
            is_delete_marker: versions.then(|| bools[1]),
            tier: None,
        })
    }
}
