//! Why a feed is not open, in the user's language. The client's own words are English; here are the others.

use streambell_sse::{Cause, Found, ProxyProblem};

use crate::{Language, model::Reason};

/// What a status says of a cause.
pub(crate) fn reason(cause: &Cause) -> Reason {
    let message = match Language::spoken() {
        Language::English => cause.to_string(),
        Language::Chinese => in_chinese(cause),
    };
    Reason { code: cause.code().to_owned(), message }
}

fn in_chinese(cause: &Cause) -> String {
    match cause {
        Cause::NoSuchHost { host } => format!("找不到主机 {host}。请检查地址，并确认本机已联网。"),
        Cause::Refused { host } => format!("{host} 拒绝了连接。请检查端口，并确认服务器正在运行。"),
        Cause::Unreachable { host } => format!("从这里无法到达 {host}。请确认本机已联网，或连接到正确的网络。"),
        Cause::Tls { host, reason } => format!("无法与 {host} 建立安全连接：{reason}。"),
        Cause::TimedOut { host } => format!("{host} 未能及时接受连接。请检查地址，以及中间是否有防火墙。"),
        Cause::Idle { after } => format!(
            "{} 秒内没有收到任何数据，连接视为已断开。如果该订阅本来就会安静更久，请提高它的空闲上限。",
            after.as_secs()
        ),
        Cause::Slept => "本机刚才处于睡眠状态。订阅会自动重新打开。".into(),
        Cause::NetworkChanged => "本机的网络发生了变化。订阅会自动重新打开。".into(),
        Cause::Ended => "服务器结束了数据流，许多服务器会不时这样做。订阅会自动重新打开。".into(),
        Cause::Empty => "服务器没有发送任何数据就关闭了数据流，可能正忙或配置有误。".into(),
        Cause::Cut => "连接中断。订阅会自动重新打开。".into(),
        Cause::NotHttp { host } => format!("{host} 的应答不是 HTTP。请检查端口，以及是否应使用 https://。"),
        Cause::Network { host } => format!("向 {host} 的请求失败。会自动重试。"),
        Cause::BadRequest => "无法发出请求。请检查订阅的地址和请求头。".into(),
        Cause::HttpStatus { status } => format!("服务器返回 HTTP 状态 {status}{}。", hint(*status)),
        Cause::Unauthorized { schemes } => format!("服务器要求登录（HTTP 401）。{}。", login(schemes)),
        Cause::Proxy { host, problem } => format!("代理 {host} {}", proxy(*problem)),
        Cause::HeadTooLarge => "服务器应答的头部过大，无法读取。请联系其管理者。".into(),
        Cause::Forbidden => "服务器不允许访问（HTTP 403）。请检查该订阅的登录信息及其权限。".into(),
        Cause::NotFound => "服务器在此地址没有内容（HTTP 404）。请检查地址。".into(),
        Cause::Gone { status } => {
            format!("服务器表示该订阅已经结束（HTTP {status}）。如果还会有更新，请手动恢复。")
        }
        Cause::WrongType { found } => found_in_chinese(found),
        Cause::Compressed => "服务器擅自压缩了数据流。请在服务器上关闭对它的压缩。".into(),
        Cause::WebSocket => {
            "这是 WebSocket 的地址，Streambell 无法读取。请在该服务的文档中查找服务器推送事件（SSE）的地址。".into()
        }
        Cause::TooManyRedirects => "服务器无休止地重定向。请检查地址。".into(),
        Cause::BadRedirect => "服务器重定向到无效的地址。请检查地址，或粘贴它应当指向的地址。".into(),
        Cause::Told { said, .. } => format!("服务器说：{said}"),
        // A kind that is newer than these words.
        cause => cause.to_string(),
    }
}

fn login(schemes: &[String]) -> String {
    let has = |scheme: &str| schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    match schemes {
        _ if has("Basic") => "请设置或更正该订阅的用户名和密码".into(),
        _ if has("Bearer") => "请设置或更正该订阅的令牌".into(),
        [] => "请设置或更正该订阅的登录信息".into(),
        schemes => format!("它只接受 {} 方式的登录，而 Streambell 不支持", schemes.join("、")),
    }
}

fn proxy(problem: ProxyProblem) -> &'static str {
    match problem {
        ProxyProblem::Unreachable => "无法连接。请检查其地址，并确认它正在运行。",
        ProxyProblem::Tls => "无法安全连接。请检查其地址是否确实以 https:// 开头，并安装其签发者的根证书。",
        ProxyProblem::Login => {
            "要求登录，或不接受当前的登录信息。请在其地址中填写用户名和密码：http://user:password@host:port。"
        }
        ProxyProblem::Certificate => {
            "不能在 https:// 方式下与客户端证书一起使用。请改用其 http:// 或 socks5h:// 地址。"
        }
        _ => "无法连通服务器。请检查订阅的地址，以及代理是否允许访问它。",
    }
}

fn found_in_chinese(found: &Found) -> String {
    const LOOK: &str = "请在该服务的文档中查找服务器推送事件（SSE）的地址。";
    match found {
        Found::WebPage { feeds } if feeds.is_empty() => format!("这是一个网页，不是数据流。{LOOK}"),
        // Which it names, the client's own words tell without what is secret in them.
        Found::WebPage { .. } => format!("这是一个网页，不是数据流。{found}"),
        Found::Mislabelled => {
            "服务器发送的是事件，却没有如此声明，浏览器也不会接受。应答需要 Content-Type: text/event-stream 头，请联系其管理者。".into()
        }
        Found::Json => format!("此地址返回的是一个 JSON 文档，不是数据流。{LOOK}"),
        Found::JsonLines => format!("此地址发送的是 JSON 行，不是服务器推送事件（SSE）。{LOOK}"),
        Found::Untyped => "服务器没有说明发送的是什么。应答需要 Content-Type: text/event-stream 头。".into(),
        Found::Other(media_type) => {
            format!("服务器发送的是 {media_type}，不是数据流。数据流的类型是 text/event-stream，请检查地址。")
        }
        found => found.to_string(),
    }
}

fn hint(status: u16) -> &'static str {
    match status {
        400 => "，它不理解该请求。请检查地址及其参数",
        402 => "，它要求付费。请检查你在该服务的套餐",
        405 => "，它不允许读取此地址。请检查地址",
        406 => "，此地址没有事件流。请检查地址",
        429 => "，它希望减少请求。稍后会再次尝试",
        408 | 425 | 500..=599 => "。会自动重试",
        _ => "。请检查地址",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_told_in_chinese_too() {
        let host = || "shop.example:443".to_owned();
        let causes = [
            Cause::NoSuchHost { host: host() },
            Cause::Refused { host: host() },
            Cause::Unreachable { host: host() },
            Cause::TimedOut { host: host() },
            Cause::Idle { after: std::time::Duration::from_secs(90) },
            Cause::Cut,
            Cause::HttpStatus { status: 503 },
            Cause::Unauthorized { schemes: vec!["Basic".into()] },
            Cause::Unauthorized { schemes: vec!["Negotiate".into()] },
            Cause::Proxy { host: host(), problem: ProxyProblem::NoWay },
            Cause::Gone { status: 410 },
            Cause::WrongType { found: Found::Json },
            Cause::WrongType { found: Found::Other("image/png".into()) },
            Cause::WebSocket,
        ];
        for cause in causes {
            let chinese = in_chinese(&cause);
            assert!(chinese.ends_with('。'), "{chinese}");
            assert_ne!(chinese, cause.to_string());
        }
        assert_eq!(in_chinese(&Cause::NotFound), "服务器在此地址没有内容（HTTP 404）。请检查地址。");
    }
}
