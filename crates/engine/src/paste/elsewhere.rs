//! Addresses of services that speak something else than Server-Sent Events: named, with what to do instead.

use std::sync::LazyLock;

use regex::RegexSet;
use url::Url;

use crate::{EngineError, speak};

/// How such a service is known by its address, and what can be said of it.
struct Elsewhere {
    pattern: &'static str,
    name: &'static str,
    speaks: Speaks,
}

/// What it speaks.
#[derive(Clone, Copy)]
enum Speaks {
    WebSocket,
    JsonLines,
    LongPolling,
    /// Answers to a POST, and ends.
    Answers,
}

const fn service(pattern: &'static str, name: &'static str, speaks: Speaks) -> Elsewhere {
    Elsewhere { pattern, name, speaks }
}

const SERVICES: &[Elsewhere] = &[
    service(r"(?i)^wss?://[^/]*\bkraken\.com", "Kraken", Speaks::WebSocket),
    service(r"(?i)^wss?://[^/]*\bcoinbase\.com", "Coinbase", Speaks::WebSocket),
    service(r"(?i)^wss?://[^/]*\bbinance\.(com|us)", "Binance", Speaks::WebSocket),
    service(r"(?i)^wss?://[^/]*\bfinnhub\.io", "Finnhub", Speaks::WebSocket),
    service(r"(?i)^wss?://[^/]*\btwelvedata\.com", "Twelve Data", Speaks::WebSocket),
    service(r"(?i)^wss?://[^?]*/stream(\?|$)", "Gotify", Speaks::WebSocket),
    service(r"(?i)^(wss?|https?)://[^?]*/socket\.io/", "Socket.IO (Uptime Kuma)", Speaks::WebSocket),
    service(r"(?i)^wss?://([^/]*\b(relay|nostr)|nos\.lol\b)", "Nostr", Speaks::WebSocket),
    service(r"(?i)^https?://[^/]+:237[56]/(v[\d.]+/)?events", "Docker", Speaks::JsonLines),
    service(r"(?i)^https?://[^?]*/apis?/[^?]*\?(.*&)?watch=(1|true)", "Kubernetes", Speaks::JsonLines),
    service(r"(?i)^https?://[^/]+:8384/rest/events", "Syncthing", Speaks::LongPolling),
    service(r"(?i)^https?://api\.openai\.com/", "OpenAI", Speaks::Answers),
    service(r"(?i)^https?://api\.anthropic\.com/", "Anthropic", Speaks::Answers),
];

/// What is said of such an address.
pub(super) fn named(address: &str) -> Option<EngineError> {
    static PATTERNS: LazyLock<Option<RegexSet>> =
        LazyLock::new(|| RegexSet::new(SERVICES.iter().map(|service| service.pattern)).ok());
    let index = PATTERNS.as_ref()?.matches(address).iter().next()?;
    Some(EngineError::Url(said(&SERVICES[index])))
}

/// Refuses an address that could be opened, and where nothing would come of it.
///
/// # Errors
/// With what to do instead.
pub(super) fn check(url: &Url) -> Result<(), EngineError> {
    named(url.as_str()).map_or(Ok(()), Err)
}

fn said(Elsewhere { name, speaks, .. }: &Elsewhere) -> String {
    match speaks {
        Speaks::WebSocket => speak!(
            format!(
                "This is {name}, which speaks WebSocket and no Server-Sent Events. Have a program of yours read it and \
                 POST each message to a topic of Streambell's own hub (Settings, Hub), and add that topic as a feed."
            ),
            format!(
                "这是 {name}，它使用 WebSocket，而不是服务器推送事件（SSE）。请用自己的程序读取，把每条消息 POST 到 Streambell 自带 Hub 的一个主题（设置 → Hub），再把该主题添加为订阅。"
            )
        ),
        Speaks::JsonLines => speak!(
            format!(
                "This is {name}, which streams JSON lines and no Server-Sent Events. Pipe its lines to a topic of \
                 Streambell's own hub (Settings, Hub): … | while read -r line; do curl -d \"$line\" HUB/topic; done, and \
                 add that topic as a feed."
            ),
            format!(
                "这是 {name}，它输出 JSON 行，而不是服务器推送事件（SSE）。请把这些行发送到 Streambell 自带 Hub 的一个主题（设置 → Hub）：… | while read -r line; do curl -d \"$line\" HUB/topic; done，再把该主题添加为订阅。"
            )
        ),
        Speaks::LongPolling => speak!(
            format!(
                "This is {name}, which answers one request at a time (long polling) and sends no stream. Have a program \
                 of yours ask it and POST each event to a topic of Streambell's own hub (Settings, Hub)."
            ),
            format!(
                "这是 {name}，它一次只回答一个请求（长轮询），不提供数据流。请用自己的程序查询，把每个事件 POST 到 Streambell 自带 Hub 的一个主题（设置 → Hub）。"
            )
        ),
        Speaks::Answers => speak!(
            format!(
                "This is {name}, which streams an answer to a question and ends. There is nothing there to follow: a feed \
                 is an address that sends events by itself."
            ),
            format!(
                "这是 {name}，它以数据流回答一个请求后就结束，没有可以持续订阅的内容。订阅源应是会主动推送事件的地址。"
            )
        ),
    }
}
