//! What may stand in a recording: no credential, account, address, person or secret setting.

use serde_json::Value;

/// Stands for what was taken out.
const GONE: &str = "REDACTED";

/// An account that nobody has.
const ACCOUNT: &str = "000000000000";

/// Parts of key names whose values are secrets or personal.
const SECRET: [&str; 14] = [
    "password",
    "passwd",
    "secret",
    "credential",
    "accesskey",
    "access.key",
    "privatekey",
    "sessiontoken",
    "authorization",
    "dnsname",
    "ipaddress",
    "createdby",
    "keyname",
    "userid",
];

/// Keys of paging tokens: without them a recording cannot be replayed.
const TOKENS: [&str; 6] =
    ["nexttoken", "nextpagetoken", "marker", "continuationtoken", "nextcontinuationtoken", "paginationtoken"];

/// A text without what must not leave the account. JSON is redacted by key, XML and forms by element and field; in
/// all of them access keys, account numbers in ARNs and mail addresses go.
#[must_use]
pub fn redact(text: &str) -> String {
    let text = match serde_json::from_str::<Value>(text) {
        Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
            by_key(&mut value);
            value.to_string()
        }
        _ => by_element(text),
    };
    everywhere(&text)
}

fn by_key(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                let scalar = matches!(field, Value::String(_) | Value::Number(_));
                if is_account(key) && scalar {
                    *field = Value::String(ACCOUNT.to_owned());
                } else if is_secret(key) && scalar {
                    *field = Value::String(GONE.to_owned());
                } else {
                    by_key(field);
                }
            }
        }
        Value::Array(items) => {
            let names: Vec<bool> = items.iter().map(|item| item.as_str().is_some_and(is_secret_flag)).collect();
            for (index, item) in items.iter_mut().enumerate() {
                // `--password`, `x` in a step's arguments; `--password=x` in one.
                if index > 0 && names.get(index - 1) == Some(&true) && item.is_string() {
                    *item = Value::String(GONE.to_owned());
                } else if let Some((flag, _)) = item.as_str().and_then(|text| text.split_once('='))
                    && is_secret(flag)
                {
                    *item = Value::String(format!("{flag}={GONE}"));
                } else {
                    by_key(item);
                }
            }
        }
        _ => {}
    }
}

fn is_secret_flag(text: &str) -> bool {
    text.starts_with('-') && !text.contains('=') && is_secret(text)
}

fn is_secret(key: &str) -> bool {
    let key: String = key.to_ascii_lowercase().chars().filter(|c| !matches!(c, '-' | '_')).collect();
    !TOKENS.contains(&key.as_str()) && SECRET.iter().any(|word| key.contains(word))
}

fn is_account(key: &str) -> bool {
    matches!(key.to_ascii_lowercase().as_str(), "account" | "accountid" | "ownerid" | "linkedaccount")
}

/// `<Name>text</Name>` and `Name=text&`.
fn by_element(text: &str) -> String {
    // No form has lines; a table may hold any word before an equals sign.
    if text.contains('\n') && !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    if !text.trim_start().starts_with('<') {
        let field = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={GONE}"),
            _ => pair.to_owned(),
        };
        return text.split('&').map(field).collect::<Vec<_>>().join("&");
    }
    let mut out = String::with_capacity(text.len());
    let mut hidden: Option<&str> = None;
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tail) = rest.split_at(open);
        out.push_str(hidden.filter(|_| !before.trim().is_empty()).unwrap_or(before));
        let Some(close) = tail.find('>') else {
            rest = tail;
            break;
        };
        let (tag, after) = tail.split_at(close + 1);
        let name = tag.trim_matches(['<', '>', '/']).split([' ', ':']).next().unwrap_or_default();
        hidden = match tag.starts_with("</") {
            true => None,
            false if is_account(name) => Some(ACCOUNT),
            false if is_secret(name) => Some(GONE),
            false => None,
        };
        out.push_str(tag);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Access keys, account numbers of ARNs and queue addresses, mail addresses.
fn everywhere(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '@' | '.' | '-' | '_' | '+' | '%') {
            word.push(c);
        } else {
            out.push_str(&clean(&word));
            word.clear();
            out.push(c);
        }
    }
    out.push_str(&clean(&word));
    out
}

fn clean(word: &str) -> String {
    if is_mail(word) {
        return GONE.to_owned();
    }
    let arn = word.contains("arn:") || word.contains("arn%3A");
    let mut out = String::with_capacity(word.len());
    let mut part = String::new();
    for c in word.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_alphanumeric() {
            part.push(c);
            continue;
        }
        let key = part.len() == 20 && ["AKIA", "ASIA", "AROA", "AIDA"].iter().any(|start| part.starts_with(start));
        let account = part.len() == 12 && arn && part.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if key {
            GONE
        } else if account {
            ACCOUNT
        } else {
            &part
        });
        part.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn is_mail(word: &str) -> bool {
    let Some((name, host)) = word.rsplit_once('@') else { return false };
    !name.is_empty() && host.contains('.') && !word.contains("://") && !word.contains("arn:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_loses_secrets_and_keeps_figures_and_page_tokens() {
        let text = r#"{"NextToken":"abc","UserId":"AIDAAAAAAAAAAAAAAAAA","Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/bob",
            "Configurations":[{"Properties":{"javax.jdo.option.ConnectionPassword":"hunter2","spark.executor.cores":"4"}}],
            "Args":["spark-submit","--db-password","hunter3","--token-file=x","--aws-secret=hunter4"],
            "MasterPublicDnsName":"ec2-1-2-3-4.compute.amazonaws.com","CreatedBy":"bob@example.com","price":"0.1000000001"}"#;
        let clean = redact(text);
        for secret in ["hunter", "123456789012", "bob@", "ec2-1-2-3-4", "AIDAAAA"] {
            assert!(!clean.contains(secret), "{secret} in {clean}");
        }
        for kept in ["abc", "spark.executor.cores", "0.1000000001", "arn:aws:iam::000000000000:user/bob"] {
            assert!(clean.contains(kept), "{kept} not in {clean}");
        }
    }

    #[test]
    fn xml_and_forms_lose_secrets_too() {
        let xml = "<R><Account>123456789012</Account><UserId>AIDA1</UserId><Arn>arn:aws:sts::123456789012:assumed-role/x</Arn>\
                   <spotPrice>0.358300</spotPrice><nextToken>t</nextToken></R>";
        let clean = redact(xml);
        assert_eq!(
            clean,
            "<R><Account>000000000000</Account><UserId>REDACTED</UserId><Arn>arn:aws:sts::000000000000:assumed-role/x</Arn>\
             <spotPrice>0.358300</spotPrice><nextToken>t</nextToken></R>"
        );
        assert_eq!(redact("Action=X&Password=p&NextToken=t"), "Action=X&Password=REDACTED&NextToken=t");
    }

    #[test]
    fn a_table_keeps_its_rows() {
        let table = "section,name\nfolder,secret/dt=2026-11-01\nfolder,a&b=c\nlargest,ann@example.com/x\n";
        assert_eq!(redact(table), table.replace("ann@example.com/x", "REDACTED"));
    }

    #[test]
    fn redacting_twice_changes_nothing() {
        let once = redact(r#"{"a":["--password","x"],"Account":"123456789012","k":"AKIAABCDEFGHIJKLMNOP"}"#);
        assert_eq!(redact(&once), once);
        assert!(!once.contains("AKIA"));
    }
}
