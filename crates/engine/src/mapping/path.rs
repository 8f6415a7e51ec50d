//! JSONPaths of single values, as a mapping has them.

use serde_json::Value;

/// The path from a value to one inside it.
pub(super) fn to(root: &Value, wanted: &Value) -> Option<String> {
    let mut path = String::from("$");
    find(root, wanted, &mut path).then_some(path)
}

fn find(value: &Value, wanted: &Value, path: &mut String) -> bool {
    if std::ptr::eq(value, wanted) {
        return true;
    }
    let length = path.len();
    match value {
        Value::Object(object) => object.iter().any(|(name, inner)| {
            path.truncate(length);
            path.push_str(&step(name));
            find(inner, wanted, path)
        }),
        Value::Array(items) => items.iter().enumerate().any(|(index, inner)| {
            path.truncate(length);
            path.push_str(&format!("[{index}]"));
            find(inner, wanted, path)
        }),
        _ => false,
    }
}

/// To a member of an object: in short where its name allows that.
fn step(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_word) && name.starts_with(|c: char| !c.is_ascii_digit()) {
        return format!(".{name}");
    }
    let mut quoted = String::from("['");
    for character in name.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push_str("']");
    quoted
}

/// Whether a path begins with a place in an array or all of them, and not with a name that needs quotes.
pub(super) fn begins_with_a_place(path: &str) -> bool {
    path.strip_prefix("$[").is_some_and(|rest| !rest.trim_start().starts_with(['\'', '"']))
}
