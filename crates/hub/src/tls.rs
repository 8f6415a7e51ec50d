//! HTTPS: a certificate and its key from files, read anew when they change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::fresh::Source;

/// Where a certificate and its key are, both in the PEM form. They may be one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, followed by those of its issuers.
    pub cert: PathBuf,
    /// Its private key, without a pass phrase.
    pub key: PathBuf,
}

/// Why HTTPS cannot be spoken with these files.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{} cannot be read ({source}): check the path, and let this user read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It holds no certificate.
    #[error("there is no certificate in {}: it must be in the PEM form, with BEGIN CERTIFICATE in it", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// Its certificate cannot be used.
    #[error("the certificate in {} cannot be used ({why}): export it again, in the PEM form", path.display())]
    BadCertificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It holds no private key.
    #[error(
        "there is no private key in {}: it must be in the PEM form, with BEGIN PRIVATE KEY in it, and without a pass phrase",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Its private key cannot be used.
    #[error("the private key in {} cannot be used ({why}): it must be an RSA, ECDSA (P-256, P-384) or Ed25519 key", path.display())]
    BadKey {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The two are not a pair.
    #[error("the private key in {} does not belong to the certificate: take the one that it was made for", path.display())]
    NoPair {
        /// The key's file.
        path: PathBuf,
    },
}

impl CertificateFiles {
    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
        let path = &self.cert;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
        match chain {
            Ok(chain) if chain.is_empty() => Err(CertificateError::NoCertificate { path: path.clone() }),
            Ok(chain) => Ok(chain),
            Err(error) => Err(CertificateError::BadCertificate { path: path.clone(), why: error.to_string() }),
        }
    }

    fn private_key(&self) -> Result<PrivateKeyDer<'static>, CertificateError> {
        let path = &self.key;
        PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| match error {
            pem::Error::NoItemsFound => CertificateError::NoKey { path: path.clone() },
            error => CertificateError::BadKey { path: path.clone(), why: error.to_string() },
        })
    }
}

impl Source for CertificateFiles {
    type Value = Arc<ServerConfig>;
    type Error = CertificateError;

    fn files(&self) -> Vec<&Path> {
        vec![&self.cert, &self.key]
    }

    fn read(&self) -> Result<Arc<ServerConfig>, CertificateError> {
        let (chain, key) = (self.chain()?, self.private_key()?);
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions();
        let config = builder.and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        let mut config = config.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => CertificateError::NoPair { path: self.key.clone() },
            rustls::Error::InvalidCertificate(_) => {
                CertificateError::BadCertificate { path: self.cert.clone(), why: error.to_string() }
            }
            error => CertificateError::BadKey { path: self.key.clone(), why: error.to_string() },
        })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|source| CertificateError::Read { path: path.to_owned(), source })
}
