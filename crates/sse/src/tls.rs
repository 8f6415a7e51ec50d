//! Whom to trust, and who to be, beyond what this computer knows: extra root certificates and a client certificate.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme, crypto};
use rustls_platform_verifier::Verifier;

use crate::error::ClientError;

/// Why a certificate or a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// There is none in the text.
    #[error("There is no certificate in this file. It must be in the PEM form, with BEGIN CERTIFICATE in it.")]
    NoCertificate,
    /// A certificate is damaged, or of a kind that cannot be used.
    #[error("A certificate in this file cannot be read. Export it again, in the PEM form.")]
    BadCertificate,
    /// There is none in the text.
    #[error("There is no private key in this file. It must be in the PEM form, with BEGIN PRIVATE KEY in it.")]
    NoKey,
    /// A pass phrase is needed to read it, and there is nobody to ask when the program starts.
    #[error("The private key is locked with a pass phrase. Remove it first: openssl pkey -in KEY -out NEW_KEY.")]
    LockedKey,
    /// It is damaged, or of a kind that cannot be used.
    #[error("The private key cannot be used. It must be an RSA, ECDSA (P-256, P-384) or Ed25519 key in the PEM form.")]
    BadKey,
    /// The two are not a pair.
    #[error("The private key does not belong to the certificate. Take the key that the certificate was made for.")]
    NoPair,
}

impl TlsError {
    /// A short name of the variant, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCertificate => "certificate_missing",
            Self::BadCertificate => "certificate_bad",
            Self::NoKey => "key_missing",
            Self::LockedKey => "key_locked",
            Self::BadKey => "key_bad",
            Self::NoPair => "key_no_pair",
        }
    }
}

/// What a feed's TLS knows beyond this computer's own trust. Cheap to clone.
///
/// ```
/// # use streambell_sse::{Tls, TlsError};
/// assert_eq!(Tls::default().trust(b"no certificate"), Err(TlsError::NoCertificate));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Tls {
    roots: Arc<[CertificateDer<'static>]>,
    identity: Option<Arc<Identity>>,
}

/// A client certificate with its chain, and its key.
#[derive(PartialEq, Eq)]
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.chain.hash(state);
    }
}

impl Tls {
    /// Trusts these roots, and is identified by this chain and its key, all of them PEM and each of them optional.
    ///
    /// # Errors
    /// As [`trust`](Self::trust) and [`identify`](Self::identify).
    pub fn from_pem(roots: Option<&str>, identity: Option<(&str, &str)>) -> Result<Self, TlsError> {
        let mut tls = Self::default();
        if let Some(roots) = roots {
            tls = tls.trust(roots.as_bytes())?;
        }
        if let Some((chain, key)) = identity {
            tls = tls.identify(chain.as_bytes(), key.as_bytes())?;
        }
        Ok(tls)
    }

    /// Trusts the root certificates in `pem` too, and servers that show one of these very certificates as their own.
    ///
    /// # Errors
    /// When there is none, or one cannot be used.
    pub fn trust(mut self, pem: &[u8]) -> Result<Self, TlsError> {
        let new = certificates(pem)?;
        let mut store = RootCertStore::empty();
        for root in &new {
            store.add(root.clone()).map_err(|_| TlsError::BadCertificate)?;
        }
        self.roots = self.roots.iter().cloned().chain(new).collect();
        Ok(self)
    }

    /// Shows the certificate in `chain` to servers that ask who is there; `key` is its private key. Both are PEM and
    /// may be the same text.
    ///
    /// # Errors
    /// When one is missing or cannot be used, or they do not belong together.
    pub fn identify(mut self, chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain = certificates(chain)?;
        let key = private_key(key)?;
        let provider = crypto::ring::default_provider();
        match CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider) {
            Ok(_) => {}
            Err(rustls::Error::InconsistentKeys(_)) => return Err(TlsError::NoPair),
            Err(rustls::Error::InvalidCertificate(_)) => return Err(TlsError::BadCertificate),
            Err(_) => return Err(TlsError::BadKey),
        }
        self.identity = Some(Arc::new(Identity { chain, key }));
        Ok(self)
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        self.identity.is_none()
    }

    /// The same without the client certificate, which is for one server and no other.
    pub(crate) fn anonymous(&self) -> Self {
        Self { roots: self.roots.clone(), identity: None }
    }

    /// What a client of TLS needs: this trust and this identity, and HTTP/2 before HTTP/1.1.
    ///
    /// # Errors
    /// When the libraries cannot be set up; that does not depend on the network.
    pub fn client_config(&self) -> Result<ClientConfig, ClientError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(provider)?);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(|error| ClientError(error.to_string()))?,
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, ClientError> {
        let by_issuer = self.by_issuer(provider)?;
        if self.roots.is_empty() {
            return Ok(by_issuer);
        }
        Ok(Arc::new(OrItself { by_issuer, known: self.roots.clone() }))
    }

    fn by_issuer(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, ClientError> {
        match Verifier::new_with_extra_roots(self.roots.iter().cloned(), provider.clone()) {
            Ok(verifier) => Ok(Arc::new(verifier)),
            Err(error) => {
                // Feeds without TLS work all the same, and the others say what is wrong.
                tracing::warn!(%error, "this computer has no root certificates");
                if self.roots.is_empty() {
                    return Ok(Arc::new(Nobody { provider }));
                }
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(self.roots.iter().cloned());
                let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
                Ok(verifier.map_err(|error| ClientError(error.to_string()))?)
            }
        }
    }
}

/// Trusts no server: for a computer that knows no authority.
#[derive(Debug)]
struct Nobody {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(CertificateError::UnknownIssuer.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Trusts a server by who issued its certificate, or because the user gave this very certificate. Servers at home show
/// one that they issued to themselves, most often as if they were an authority, which no server's may be (RFC 5280,
/// 4.2.1.9).
#[derive(Debug)]
struct OrItself {
    by_issuer: Arc<dyn ServerCertVerifier>,
    known: Arc<[CertificateDer<'static>]>,
}

impl ServerCertVerifier for OrItself {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use CertificateError::{Other, UnknownIssuer};
        let judged = self.by_issuer.verify_server_cert(certificate, intermediates, name, ocsp, now);
        match judged {
            // What has expired has done so also when it is known.
            Err(rustls::Error::InvalidCertificate(Other(_) | UnknownIssuer)) if self.known.contains(certificate) => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_issuer.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_issuer.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.by_issuer.supported_verify_schemes()
    }
}

/// Neither certificates, which may tell who somebody is, nor the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("roots", &self.roots.len()).field("identity", &self.identity.is_some()).finish()
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(TlsError::NoCertificate),
        Ok(certificates) => Ok(certificates),
        Err(_) => Err(TlsError::BadCertificate),
    }
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    let has = |text: &[u8]| memchr::memmem::find(pem, text).is_some();
    if has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED") {
        return Err(TlsError::LockedKey);
    }
    match PrivateKeyDer::from_pem_slice(pem) {
        Ok(key) => Ok(key),
        Err(rustls::pki_types::pem::Error::NoItemsFound) => Err(TlsError::NoKey),
        Err(_) => Err(TlsError::BadKey),
    }
}
