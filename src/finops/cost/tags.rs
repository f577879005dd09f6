//! Values of some tags out of the one column that CUR 2.0 has for all of them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// The values of two tags: the pipeline's and the cluster's.
pub type Two<'t> = [Cow<'t, str>; 2];

/// A tag's own column wins over the column of all tags.
pub fn own_or_mapped<'t>(own: [&'t str; 2], mapped: Two<'t>) -> Two<'t> {
    let mut all = mapped;
    for (value, own) in all.iter_mut().zip(own) {
        if !own.is_empty() {
            *value = Cow::Borrowed(own);
        }
    }
    all
}

/// Out of a JSON object of texts. A text that is none has no tags: AWS writes the column, nobody types it.
pub fn of_text<'t>(text: &'t str, keys: [&str; 2]) -> Two<'t> {
    let mut found = Two::default();
    if keys.iter().any(|key| text.contains(key)) {
        let mut json = serde_json::Deserializer::from_str(text);
        let wanted = Wanted { keys, found: &mut found };
        if json.deserialize_map(wanted).is_err() || json.end().is_err() {
            return Two::default();
        }
    }
    found
}

/// Walks over an object and keeps what is wanted, without a map of the rest.
struct Wanted<'k, 'f, 't> {
    keys: [&'k str; 2],
    found: &'f mut Two<'t>,
}

impl<'t> Visitor<'t> for Wanted<'_, '_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tags")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            match self.keys.iter().position(|wanted| *wanted == key) {
                Some(place) => {
                    self.found[place] = map.next_value::<Option<Text<'t>>>()?.map(|it| it.0).unwrap_or_default()
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A text that is borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wanted_is_kept() {
        let keys = ["user_pipeline", "aws_cluster"];
        let two = |text| of_text(text, keys).map(Cow::into_owned);
        assert_eq!(two(r#"{"user_team":"a","user_pipeline":"or\u0064ers"}"#), ["orders", ""]);
        assert_eq!(two(r#"{"aws_cluster":"j-1","user_pipeline":"x","n":null}"#), ["x", "j-1"]);
        assert_eq!(two("user_pipeline"), ["", ""]);
        assert_eq!(two(r#"{"user_pipeline":"x""#), ["", ""]);
        assert_eq!(own_or_mapped(["own", ""], [Cow::Borrowed("mapped"), Cow::Borrowed("j-1")]), ["own", "j-1"]);
    }
}
