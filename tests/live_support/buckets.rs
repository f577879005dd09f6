//! S3: a bucket with folders, listed in pages.

use std::collections::BTreeMap;

/// Keys with their sizes, by bucket.
pub type Buckets = BTreeMap<String, BTreeMap<String, u64>>;

/// 30 days of 100 files of 1,000 bytes, a marker object of one folder, and something beside the folder.
pub fn lake() -> Buckets {
    let mut keys = BTreeMap::new();
    for day in 0..30 {
        for file in 0..100 {
            keys.insert(format!("lake/sales/day={day:02}/part-{file:05}.parquet"), 1000);
        }
    }
    keys.insert("lake/sales/day=07/".to_owned(), 0);
    keys.insert("lake/sales/_SUCCESS".to_owned(), 0);
    keys.insert("lake/salesman/x.csv".to_owned(), 5);
    BTreeMap::from([(
        "lake".to_owned(),
        keys.into_iter().map(|(key, size)| (key["lake/".len()..].to_owned(), size)).collect(),
    )])
}

/// `ListObjectsV2`.
pub fn list(path: &str, query: &BTreeMap<String, String>, buckets: &Buckets, page: usize) -> Option<String> {
    let name = path.trim_matches('/');
    let keys = buckets.get(name)?;
    let of = |key: &str| query.get(key).map_or("", String::as_str);
    let (prefix, delimiter) = (of("prefix"), of("delimiter"));
    let after = if of("continuation-token").is_empty() { of("start-after") } else { of("continuation-token") };
    // An entry is a key or, with a delimiter, a folder.
    let mut entries: Vec<(String, Option<u64>)> = Vec::new();
    for (key, size) in keys.iter().filter(|(key, _)| key.starts_with(prefix)) {
        let rest = &key[prefix.len()..];
        match (delimiter.is_empty(), rest.find('/')) {
            (false, Some(at)) => {
                let folder = format!("{prefix}{}", &rest[..=at]);
                if entries.last().is_none_or(|(last, _)| *last != folder) {
                    entries.push((folder, None));
                }
            }
            _ => entries.push((key.clone(), Some(*size))),
        }
    }
    let rest: Vec<_> = entries.into_iter().filter(|(name, _)| after.is_empty() || name.as_str() > after).collect();
    let shown = &rest[..rest.len().min(page)];
    let body: String = shown
        .iter()
        .map(|(name, size)| match size {
            Some(size) => format!(
                "<Contents><Key>{name}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>\
                 <Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            ),
            None => format!("<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>"),
        })
        .collect();
    let truncated = rest.len() > page;
    let token = match shown.last() {
        Some((last, _)) if truncated => format!("<NextContinuationToken>{last}</NextContinuationToken>"),
        _ => String::new(),
    };
    Some(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Name>{name}</Name><Prefix>{prefix}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{page}</MaxKeys>\
         <IsTruncated>{truncated}</IsTruncated>{token}{body}</ListBucketResult>",
        shown.len()
    ))
}
