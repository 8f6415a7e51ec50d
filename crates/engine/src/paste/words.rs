//! A command as its words, whatever shell it was written for.

use std::borrow::Cow;

/// The words of a command; `None` if a quotation does not end.
pub(super) fn split(command: &str) -> Option<Vec<String>> {
    let command = command.replace("\r\n", "\n");
    let command = if command.contains("^\n") || command.contains("^\"") { of_windows(&command) } else { command };
    shlex::split(&with_plain_quotes(&command)?)
}

/// As a browser writes it for the command prompt of Windows: each special character has a caret before it.
fn of_windows(command: &str) -> String {
    let mut plain = String::new();
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match character {
            '^' => match characters.next() {
                // The line goes on.
                Some('\n') => plain.push(' '),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

/// `$'…'`, in which a backslash begins an escape, becomes plain quotes: browsers write data so that holds special
/// characters.
fn with_plain_quotes(command: &str) -> Option<Cow<'_, str>> {
    if !command.contains("$'") {
        return Some(command.into());
    }
    let mut plain = String::new();
    let mut characters = command.chars().peekable();
    let mut inside = None;
    while let Some(character) = characters.next() {
        match (character, inside) {
            ('$', None) if characters.peek() == Some(&'\'') => {
                characters.next();
                plain.push_str(&shlex::try_quote(&escaped(&mut characters)?).ok()?);
                continue;
            }
            ('\\', None | Some('"')) => {
                plain.push(character);
                plain.extend(characters.next());
                continue;
            }
            ('\'' | '"', None) => inside = Some(character),
            (quote, Some(open)) if quote == open => inside = None,
            _ => {}
        }
        plain.push(character);
    }
    Some(plain.into())
}

/// The text up to the quote that ends it.
fn escaped(characters: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '\'' => return Some(text),
            '\\' => match characters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                digits @ ('u' | 'x') => {
                    let count = if digits == 'u' { 4 } else { 2 };
                    let code: String = characters.by_ref().take(count).collect();
                    text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}
