//! Tokens: who may publish and subscribe to which topics. They are kept in one file, as hashes.
//!
//! A token is 256 random bits, so its hash says nothing about it: neither salt nor a slow hash is needed.

mod pattern;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use ring::digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::fresh::Source;
use crate::topic::TopicName;

pub use pattern::{NotATopicPattern, TopicPattern};

/// How every token begins, so that it is known for one wherever it turns up.
pub(crate) const PREFIX: &str = "sb_";
const VERSION: u32 = 1;

/// The file that holds a hub's tokens. A running hub sees its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFile {
    path: PathBuf,
}

/// What is known of a token; not the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Whose it is, or what it is for.
    pub name: String,
    /// In hexadecimal.
    sha256: String,
    /// The topics that it may publish to.
    pub publish: Vec<TopicPattern>,
    /// The topics that it may subscribe to.
    pub subscribe: Vec<TopicPattern>,
    /// When it was made.
    pub made: Timestamp,
}

/// Why tokens could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The text is no name for a token.
    #[error("not a name for a token: use 1 to 64 of A-Z, a-z, 0-9, _, - and .")]
    NotAName,
    /// There is one of that name.
    #[error("there is a token '{name}' already: choose another name, or remove that one first")]
    Exists {
        /// The name.
        name: String,
    },
    /// There is none of that name.
    #[error("there is no token '{name}' in {}: list the names that there are with 'token list'", path.display())]
    Unknown {
        /// The name.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// The file is not what this program writes.
    #[error("{} holds no tokens that can be read ({why}): mend it, or move it away and make the tokens anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The system does not let it be read.
    #[error("{} cannot be read ({source}): let this user read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system does not let it be written.
    #[error("{} cannot be written ({source}): make its folder writable, or choose another one", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// How the file is written.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    tokens: Vec<Token>,
}

impl TokenFile {
    /// The file of a hub that keeps its data in this folder. Neither needs to be there yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> TokenFile {
        TokenFile { path: folder.join("tokens.json") }
    }

    /// All tokens, in the order in which they were made.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read; none at all is no error.
    pub fn list(&self) -> Result<Vec<Token>, TokenError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(self.damaged("not a text")),
            Err(source) => return Err(TokenError::Read { path: self.path.clone(), source }),
        };
        let Document { version, tokens } = serde_json::from_str(&text).map_err(|error| self.damaged(error))?;
        if version != VERSION {
            return Err(self.damaged(format!("version {version} is of another Streambell")));
        }
        for (at, token) in tokens.iter().enumerate() {
            if !is_name(&token.name) || tokens[..at].iter().any(|other| other.name == token.name) {
                return Err(self.damaged(format!("token {} has no name of its own", at + 1)));
            }
            if token.sha256.len() != 64 || !token.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(self.damaged(format!("the hash of '{}' is none", token.name)));
            }
        }
        Ok(tokens)
    }

    /// Makes a token. The text is what its owner sends; it is kept nowhere and cannot be had again.
    ///
    /// # Errors
    /// When the name is impossible or taken, or the file cannot be changed.
    pub fn add(
        &self,
        name: &str,
        publish: Vec<TopicPattern>,
        subscribe: Vec<TopicPattern>,
    ) -> Result<(Token, String), TokenError> {
        if !is_name(name) {
            return Err(TokenError::NotAName);
        }
        let text = format!("{PREFIX}{}", hex(&rand::random::<[u8; 32]>()));
        let token = Token { name: name.to_owned(), sha256: hash(&text), publish, subscribe, made: Timestamp::now() };
        self.change(|tokens| {
            if tokens.iter().any(|other| other.name == name) {
                return Err(TokenError::Exists { name: name.to_owned() });
            }
            tokens.push(token.clone());
            Ok((token, text))
        })
    }

    /// Removes a token: from now on it opens nothing, and its open streams end.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be changed.
    pub fn remove(&self, name: &str) -> Result<Token, TokenError> {
        self.change(|tokens| match tokens.iter().position(|token| token.name == name) {
            Some(at) => Ok(tokens.remove(at)),
            None => Err(TokenError::Unknown { name: name.to_owned(), path: self.path.clone() }),
        })
    }

    /// One change at a time, over all processes; a reader finds the file as it was before or as it is after.
    fn change<T>(&self, change: impl FnOnce(&mut Vec<Token>) -> Result<T, TokenError>) -> Result<T, TokenError> {
        let failed = |source| TokenError::Write { path: self.path.clone(), source };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        make_private(folder).map_err(failed)?;
        let lock = File::create(self.path.with_extension("lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut tokens = self.list()?;
        let done = change(&mut tokens)?;
        self.write(folder, tokens).map_err(failed)?;
        Ok(done)
    }

    fn write(&self, folder: &Path, tokens: Vec<Token>) -> io::Result<()> {
        // Readable by this user alone, as temporary files are.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &Document { version: VERSION, tokens })?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn damaged(&self, why: impl ToString) -> TokenError {
        TokenError::Damaged { path: self.path.clone(), why: why.to_string() }
    }
}

impl Token {
    /// Whether it may publish to the topic.
    #[must_use]
    pub fn may_publish(&self, topic: &TopicName) -> bool {
        self.publish.iter().any(|pattern| pattern.matches(topic))
    }

    /// Whether it may subscribe to the topic.
    #[must_use]
    pub fn may_subscribe(&self, topic: &TopicName) -> bool {
        self.subscribe.iter().any(|pattern| pattern.matches(topic))
    }
}

/// The tokens that hold now.
#[derive(Debug)]
pub(crate) struct Tokens(Vec<Arc<Token>>);

impl Tokens {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The token whose text this is. How long a comparison takes does not tell where the two differ.
    pub(crate) fn find(&self, text: &str) -> Option<Arc<Token>> {
        let shown = hash(text);
        let same = |token: &&Arc<Token>| bool::from(token.sha256.as_bytes().ct_eq(shown.as_bytes()));
        self.0.iter().find(same).cloned()
    }

    /// Whether it is still there, as it was.
    pub(crate) fn hold(&self, token: &Token) -> bool {
        self.0.iter().any(|other| **other == *token)
    }
}

impl Source for TokenFile {
    type Value = Tokens;
    type Error = TokenError;

    fn files(&self) -> Vec<&Path> {
        vec![&self.path]
    }

    fn read(&self) -> Result<Tokens, TokenError> {
        Ok(Tokens(self.list()?.into_iter().map(Arc::new).collect()))
    }
}

fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    (1..=64).contains(&name.len()) && plain
}

fn hash(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(of: &[&str]) -> Vec<TopicPattern> {
        of.iter().map(|pattern| pattern.parse().unwrap()).collect()
    }

    fn topic(name: &str) -> TopicName {
        name.parse().unwrap()
    }

    #[test]
    fn tokens_are_made_listed_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(&folder.path().join("hub"));
        assert_eq!(file.list().unwrap(), []);

        let (phone, text) = file.add("phone", patterns(&[]), patterns(&["builds-*", "news"])).unwrap();
        let (ci, other) = file.add("ci.web", patterns(&["*"]), patterns(&[])).unwrap();
        assert_eq!(file.list().unwrap(), [phone.clone(), ci.clone()]);
        assert!(text.len() == 67 && text.starts_with(PREFIX) && text != other, "{text}");
        assert!(matches!(file.add("phone", vec![], vec![]), Err(TokenError::Exists { .. })));
        for wrong in ["", "a b", "a/b", &"x".repeat(65)] {
            assert!(matches!(file.add(wrong, vec![], vec![]), Err(TokenError::NotAName)), "{wrong:?}");
        }

        let may = |token: &Token, name| (token.may_publish(&topic(name)), token.may_subscribe(&topic(name)));
        assert_eq!(may(&phone, "builds-web"), (false, true));
        assert_eq!(may(&phone, "other"), (false, false));
        assert_eq!(may(&ci, "other"), (true, false));

        let tokens = file.read().unwrap();
        assert_eq!(*tokens.find(&text).unwrap(), phone);
        for wrong in ["", "sb_", &text[1..], &phone.sha256, &text.to_uppercase()] {
            assert_eq!(tokens.find(wrong), None, "{wrong}");
        }

        assert_eq!(file.remove("phone").unwrap(), phone);
        assert!(matches!(file.remove("phone"), Err(TokenError::Unknown { .. })));
        let tokens = file.read().unwrap();
        assert!(tokens.find(&text).is_none() && tokens.find(&other).is_some());
        assert!(!tokens.hold(&phone) && tokens.hold(&ci));
        assert!(!tokens.hold(&Token { publish: vec![], ..ci }), "one that may do less is another one");
    }

    #[test]
    fn the_file_holds_no_token_and_is_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(folder.path());
        let (_, text) = file.add("phone", vec![TopicPattern::all()], vec![]).unwrap();
        let kept = fs::read_to_string(&file.path).unwrap();
        assert!(!kept.contains(&text[PREFIX.len()..]), "{kept}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_told_of_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(folder.path());
        file.add("phone", vec![], vec![]).unwrap();
        let good = fs::read_to_string(&file.path).unwrap();
        let twice = good.replace(" ]", " ,{}]");
        let cases = [
            "".to_owned(),
            "{".to_owned(),
            "[]".to_owned(),
            twice,
            good.replace("\"version\": 1", "\"version\": 2"),
            good.replace("phone", "a b"),
            good.replace("\"sha256\": \"", "\"sha256\": \"0"),
            good.replace("\"publish\": []", "\"publish\": [\"a b\"]"),
        ];
        for text in cases {
            fs::write(&file.path, &text).unwrap();
            let error = file.add("other", vec![], vec![]).unwrap_err();
            assert!(matches!(error, TokenError::Damaged { .. }), "{text}: {error}");
            assert_eq!(fs::read_to_string(&file.path).unwrap(), text);
        }
        fs::write(&file.path, [0xff]).unwrap();
        assert!(matches!(file.list(), Err(TokenError::Damaged { .. })));
    }

    #[test]
    fn changes_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::in_folder(folder.path());
        std::thread::scope(|scope| {
            for number in 0..16 {
                let file = &file;
                scope.spawn(move || file.add(&format!("t{number}"), vec![], vec![]).unwrap());
            }
        });
        assert_eq!(file.list().unwrap().len(), 16);
    }
}
