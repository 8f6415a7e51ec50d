//! What can be searched for: the words that a person sees in an event.
//!
//! JSON is searched by its values, with its escapes undone. Chinese, Japanese and Korean write no spaces between words,
//! so each of their characters counts as a word, and what is searched for as a phrase of them.

use serde_json::Value;

use crate::model::Event;

/// So much of an event is searchable.
const MAX_BYTES: usize = 64 << 10;

/// The words of an event, one space apart.
pub(crate) fn of_event(event: &Event) -> String {
    let mut words = String::with_capacity(event.data.len().min(MAX_BYTES) + event.event.len());
    if event.event != "message" {
        push(&mut words, &event.event);
    }
    let data: &str = &event.data;
    if data.trim_start().starts_with(['{', '[', '"'])
        && let Ok(value) = serde_json::from_str::<Value>(data)
    {
        leaves(&mut words, &value);
        return words;
    }
    push(&mut words, data);
    words
}

/// A full-text expression for what a person typed: every word must occur, the last one may be only begun. `None` if
/// there is no word in it.
pub(crate) fn of_query(typed: &str) -> Option<String> {
    let phrases: Vec<String> = typed
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| {
            let mut spaced = String::new();
            push(&mut spaced, word);
            format!("\"{}\"", spaced.trim().replace('"', "\"\""))
        })
        .collect();
    if phrases.is_empty() { None } else { Some(format!("{}*", phrases.join(" "))) }
}

/// A full-text expression that every event of this type meets; `None` if its words do not tell.
pub(crate) fn of_type(event: &str) -> Option<String> {
    if event == "message" || !event.chars().any(char::is_alphanumeric) {
        return None;
    }
    let mut spaced = String::new();
    push(&mut spaced, event);
    Some(format!("\"{}\"", spaced.trim().replace('"', "\"\"")))
}

fn leaves(words: &mut String, value: &Value) {
    match value {
        Value::String(text) => push(words, text),
        Value::Number(number) => push(words, &number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(words, item)),
        Value::Object(object) => object.values().for_each(|item| leaves(words, item)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn push(words: &mut String, text: &str) {
    if words.len() >= MAX_BYTES {
        return;
    }
    let room = text.floor_char_boundary(MAX_BYTES - words.len());
    words.push(' ');
    for character in text[..room].chars() {
        if is_word_by_itself(character) {
            words.extend([' ', character, ' ']);
        } else {
            words.push(character);
        }
    }
}

/// Han, Hiragana, Katakana and Hangul.
fn is_word_by_itself(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}
