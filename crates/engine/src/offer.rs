//! A link of the program's own (`streambell://add?url=…`), which any web page or program can make the user open. So it
//! decides nothing: it is understood here, without a connection, and the window asks.

#[cfg(test)]
mod tests;

use streambell_sse as sse;
use url::Url;

use crate::{
    draft::MAX_NAME,
    model::{Offer, Reason, Target, View},
    speak, told,
};

/// The scheme of the program's own links.
const SCHEME: &str = "streambell";
/// As long as an address may be that browsers and servers agree on.
const LONGEST: usize = 8 << 10;

/// What the window is to show for a link: the question whether its feed is to be added, or what is wrong with it.
#[must_use]
pub fn follow_link(link: &str) -> Target {
    match read(link) {
        Ok(offer) => Target::Add { offer },
        Err(error) => Target::Refused { reason: Reason { code: error.code().to_owned(), message: error.to_string() } },
    }
}

/// Why nothing was done with a link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum LinkError {
    #[error("{}", too_long())]
    TooLong,
    #[error("{}", unreadable())]
    Unreadable,
    #[error("{}", unknown(.0))]
    Unknown(String),
    #[error("{}", no_address())]
    NoAddress,
    #[error("{}", bad_address(.0))]
    Address(sse::UrlError),
}

impl LinkError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "link_too_long",
            Self::Unreadable => "link_unreadable",
            Self::Unknown(_) => "link_unknown",
            Self::NoAddress => "link_no_address",
            Self::Address(_) => "link_bad_address",
        }
    }
}

fn read(link: &str) -> Result<Offer, LinkError> {
    if link.len() > LONGEST {
        return Err(LinkError::TooLong);
    }
    let link = Url::parse(link).ok().filter(|link| link.scheme() == SCHEME).ok_or(LinkError::Unreadable)?;
    // `streambell://add`, `streambell://add/` as browsers like it, and `streambell:add`.
    let action = format!("{}{}", link.host_str().unwrap_or_default(), link.path());
    let action = action.trim_matches('/');
    if !action.eq_ignore_ascii_case("add") {
        return Err(LinkError::Unknown(action.chars().take(MAX_NAME).collect()));
    }
    let said = |wanted: &str| link.query_pairs().find_map(|(name, value)| (name == wanted).then_some(value));
    let url = said("url").filter(|url| !url.trim().is_empty()).ok_or(LinkError::NoAddress)?;
    let mut url = sse::parse_url(&url).map_err(LinkError::Address)?;
    let had_login = sse::split_credentials(&mut url).is_some();
    Ok(Offer {
        url: url.into(),
        name: said("name").map(|name| plain(&name)).unwrap_or_default(),
        group: said("group").map(|group| plain(&group)).filter(|group| !group.is_empty()),
        view: said("view").and_then(|view| view_of(&view)),
        had_login,
    })
}

/// A name on one line, no longer than names may be.
fn plain(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = name.trim();
    name[..name.floor_char_boundary(MAX_NAME)].trim_end().to_owned()
}

/// A view that is not known is guessed, as if none were named.
fn view_of(name: &str) -> Option<View> {
    serde_json::from_value(name.into()).ok()
}

fn too_long() -> String {
    speak!(
        format!(
            "The link is longer than {LONGEST} bytes, so it was not followed. Add the feed by its address instead."
        ),
        format!("链接超过 {LONGEST} 字节，因此没有处理。请改为用地址添加订阅源。"),
    )
}

fn unreadable() -> &'static str {
    speak!(
        "This is no link that Streambell understands. It should look like streambell://add?url=https%3A%2F%2Fexample.com%2Fevents.",
        "Streambell 无法识别这个链接。它应类似于 streambell://add?url=https%3A%2F%2Fexample.com%2Fevents。",
    )
}

fn unknown(action: &str) -> String {
    speak!(
        format!(
            "The link asks for '{action}', which Streambell does not do. A link can only offer a feed: streambell://add?url=…"
        ),
        format!("链接请求“{action}”，但 Streambell 不支持。链接只能用来添加订阅源：streambell://add?url=…"),
    )
}

fn no_address() -> &'static str {
    speak!(
        "The link names no feed. It should look like streambell://add?url=https%3A%2F%2Fexample.com%2Fevents.",
        "链接中没有订阅源的地址。它应类似于 streambell://add?url=https%3A%2F%2Fexample.com%2Fevents。",
    )
}

fn bad_address(error: &sse::UrlError) -> String {
    let why = told::url(error);
    speak!(format!("The link offers a feed that cannot be added. {why}"), format!("链接中的订阅源无法添加。{why}"))
}
