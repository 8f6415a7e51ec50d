//! What the client says of addresses, proxies, certificates and recordings, in the user's language. Its own words are English.

use streambell_sse::{ProxyError, RECORDING_VERSION, RecordingError, TlsError, UrlError};

use crate::speak;

/// Why a text is not the address of a feed.
pub(crate) fn url(error: &UrlError) -> String {
    speak!(error.to_string(), url_in_chinese(error))
}

/// Why a text is not the address of a proxy.
pub(crate) fn proxy(error: &ProxyError) -> String {
    speak!(error.to_string(), proxy_in_chinese(error))
}

/// Why certificates cannot be used.
pub(crate) fn tls(error: &TlsError) -> String {
    speak!(error.to_string(), tls_in_chinese(error))
}

/// Why a recording cannot be read.
pub(crate) fn recording(error: &RecordingError) -> String {
    speak!(error.to_string(), recording_in_chinese(error))
}

fn url_in_chinese(error: &UrlError) -> String {
    match error {
        UrlError::Empty => "还没有地址。请粘贴订阅源的地址，例如 https://example.com/events。".into(),
        UrlError::NoScheme { suggestion } => format!("地址前面需要 http:// 或 https://。您是不是想输入 {suggestion}？"),
        UrlError::WebSocket => {
            "这是 WebSocket 的地址，Streambell 无法读取。请在该服务的文档中查找以 https:// 开头的服务器推送事件（SSE）地址。"
                .into()
        }
        UrlError::Scheme { scheme } => {
            format!("无法通过 {scheme}: 读取订阅源。请粘贴以 http:// 或 https:// 开头的地址。")
        }
        UrlError::NoHost => "地址中没有主机。它应类似于 https://example.com/events。".into(),
        UrlError::LineBreak => "地址中有换行。请只粘贴一个地址。".into(),
        UrlError::Invalid { reason } => {
            format!("这不是可以打开的地址（{reason}）。它应类似于 https://example.com/events。")
        }
        // A kind that is newer than these words.
        error => error.to_string(),
    }
}

fn proxy_in_chinese(error: &ProxyError) -> String {
    match error {
        ProxyError::Invalid => {
            "这不是代理的地址。它应类似于 http://proxy.example.com:3128 或 socks5h://localhost:1080。".into()
        }
        ProxyError::Scheme { scheme } => {
            format!("无法通过 {scheme}: 连接代理。请使用 http://、https://、socks5:// 或 socks5h://。")
        }
        error => error.to_string(),
    }
}

fn tls_in_chinese(error: &TlsError) -> String {
    match error {
        TlsError::NoCertificate => "这个文件中没有证书。它必须是 PEM 格式，其中含有 BEGIN CERTIFICATE。",
        TlsError::BadCertificate => "这个文件中的证书无法读取。请重新导出为 PEM 格式。",
        TlsError::NoKey => "这个文件中没有私钥。它必须是 PEM 格式，其中含有 BEGIN PRIVATE KEY。",
        TlsError::LockedKey => "私钥受口令保护。请先去掉口令：openssl pkey -in KEY -out NEW_KEY。",
        TlsError::BadKey => "这个私钥无法使用。它必须是 PEM 格式的 RSA、ECDSA（P-256、P-384）或 Ed25519 私钥。",
        TlsError::NoPair => "私钥与证书不匹配。请选择与该证书配对的私钥。",
        error => return error.to_string(),
    }
    .to_owned()
}

fn recording_in_chinese(error: &RecordingError) -> String {
    match error {
        RecordingError::Unreadable(error) => format!("录制文件无法读取（{error}）。请检查该文件。"),
        RecordingError::NoRecording => {
            "这个文件不是录制文件：其首行没有标明。请选择由“streambell record”写出的文件。".into()
        }
        RecordingError::Newer { found } => format!(
            "这个录制文件的版本是 {found}，而此 Streambell 最高只能读取版本 {RECORDING_VERSION}。请更新 Streambell 后再回放。"
        ),
        RecordingError::BadLine { line, column } => {
            format!("录制文件的第 {line} 行从第 {column} 个字符起无法理解。请更正或删去该行。")
        }
        RecordingError::LongLine { line } => format!("录制文件的第 {line} 行过长。请把其中的文本分成几行。"),
        RecordingError::Backwards { line } => {
            format!("录制文件的第 {line} 行早于前一行。请按“at”的顺序排列各行。")
        }
        error => error.to_string(),
    }
}
