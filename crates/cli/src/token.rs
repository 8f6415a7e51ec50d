//! `hub token`: who may come in to the hub.

use std::path::PathBuf;

use serde_json::{Value, json};
use streambell_hub::{Token, TokenFile, TopicPattern};

use crate::{args, failure::Failure, output, program::home};

pub(crate) fn token(args: args::Token) -> Result<(), Failure> {
    match args {
        args::Token::Add { name, publish, subscribe, data } => {
            let all = publish.is_empty() && subscribe.is_empty();
            let (publish, subscribe) =
                if all { (vec![TopicPattern::all()], vec![TopicPattern::all()]) } else { (publish, subscribe) };
            let (token, text) = file(&data)?.add(&name, publish, subscribe).map_err(Failure::failed)?;
            let mut shown = known(&token);
            shown["token"] = text.into();
            eprintln!("Keep the token: it is shown this once, and the hub remembers only what proves it.");
            output::print(&shown)?;
        }
        args::Token::List { data } => {
            let tokens = file(&data)?.list().map_err(Failure::failed)?;
            output::print_array(tokens.iter().map(known))?;
        }
        args::Token::Remove { name, data } => {
            let file = file(&data)?;
            let removed = file.remove(&name).map_err(Failure::failed)?;
            if file.list().map_err(Failure::failed)?.is_empty() {
                eprintln!("No token is left: a hub on loopback asks for none now, and another lets nobody in.");
            }
            output::print(&known(&removed))?;
        }
    }
    Ok(())
}

/// The tokens of the hub that keeps its data there.
pub(crate) fn file(data: &args::HubData) -> Result<TokenFile, Failure> {
    Ok(TokenFile::in_folder(&folder(data)?))
}

/// Where a hub keeps its data.
pub(crate) fn folder(data: &args::HubData) -> Result<PathBuf, Failure> {
    match &data.data {
        Some(folder) => Ok(folder.clone()),
        None => Ok(home()?.folder().join("hub")),
    }
}

fn known(token: &Token) -> Value {
    json!({ "name": token.name, "publish": token.publish, "subscribe": token.subscribe, "made": token.made })
}
