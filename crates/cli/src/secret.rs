//! Secrets that a command is given: never as an argument unless the user insists, since those can be seen by others.

use std::{
    env,
    io::{self, BufRead, IsTerminal},
    path::{Path, PathBuf},
};

use streambell_engine::model::{Auth, Certificates, Headers};
use streambell_sse::ProxyUrl;

use crate::{
    args::{FeedSettings, Route},
    failure::Failure,
    source,
};

/// The login that the arguments describe.
pub(crate) fn auth(settings: &FeedSettings) -> Result<Option<Auth>, Failure> {
    if let Some(user) = &settings.user {
        let (user, password) = match user.split_once(':') {
            Some((user, password)) => (user.to_owned(), password.to_owned()),
            None => (user.clone(), ask("STREAMBELL_PASSWORD", &format!("Password of {user}: "))?),
        };
        return Ok(Some(Auth::Basic { user, password: Some(password) }));
    }
    let token = match &settings.bearer_file {
        Some(file) => first_line(file)?,
        None if settings.bearer => ask("STREAMBELL_TOKEN", "Token: ")?,
        None => return Ok(None),
    };
    if token.is_empty() {
        let place = settings.bearer_file.as_deref().unwrap_or(Path::new("-")).display().to_string();
        return Err(Failure::usage(format!("the bearer token is empty; write it to the first line of {place}")));
    }
    Ok(Some(Auth::Bearer { token: Some(token) }))
}

/// What a file holds that has one secret in it.
pub(crate) fn first_line(file: &Path) -> Result<String, Failure> {
    Ok(source::read(file)?.lines().next().unwrap_or_default().trim().to_owned())
}

/// The proxy that the arguments name, with its password.
pub(crate) fn proxy(route: &Route) -> Result<Option<String>, Failure> {
    let Some(setting) = &route.proxy else { return Ok(None) };
    if setting == "direct" {
        return Ok(Some(setting.clone()));
    }
    let mut proxy = ProxyUrl::parse(setting).map_err(Failure::usage)?;
    if proxy.has_user() {
        let password = match proxy.take_password() {
            Some(password) => password,
            None => ask("STREAMBELL_PROXY_PASSWORD", "Password of the proxy's user: ")?,
        };
        proxy = proxy.with_password(&password);
    }
    Ok(Some(proxy.url().to_string()))
}

/// The certificates that the arguments name.
pub(crate) fn certificates(route: &Route) -> Result<Option<Certificates>, Failure> {
    let file = |path: &Option<PathBuf>| path.as_deref().map(source::read).transpose();
    let certificates = Certificates { roots: file(&route.cacert)?, client: file(&route.cert)?, key: file(&route.key)? };
    Ok(Some(certificates).filter(|certificates| *certificates != Certificates::default()))
}

/// From the environment, else from the terminal, where it is not shown, else a line of standard input.
pub(crate) fn ask(variable: &str, prompt: &str) -> Result<String, Failure> {
    if let Ok(secret) = env::var(variable) {
        return Ok(secret);
    }
    let secret = if io::stdin().is_terminal() {
        rpassword::prompt_password(prompt)
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    };
    let secret =
        secret.map_err(|error| Failure::failed(format!("No secret could be read ({error}). Set {variable}.")))?;
    Ok(secret.trim_end_matches(['\r', '\n']).to_owned())
}

/// 'Name: value', as curl takes them.
pub(crate) fn headers(lines: &[String]) -> Result<Headers, Failure> {
    let mut headers = Headers::default();
    for line in lines {
        let (name, value) = header(line)?;
        headers.0.insert(name.to_owned(), Some(value.to_owned()));
    }
    Ok(headers)
}

/// One header. The error does not repeat what was given: it may be a secret.
pub(crate) fn header(line: &str) -> Result<(&str, &str), Failure> {
    let split = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    let wrong = || Failure::usage("a header is written -H 'Name: value'");
    let (name, value) = split.ok_or_else(wrong)?;
    let name_is_right = http::HeaderName::from_bytes(name.as_bytes()).is_ok();
    let value_is_right = http::HeaderValue::from_str(value).is_ok();
    if name_is_right && value_is_right { Ok((name, value)) } else { Err(wrong()) }
}
