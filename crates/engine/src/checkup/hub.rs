//! The embedded hub's port: ours, free, or another's.

use std::net::{Ipv4Addr, TcpListener};

use listeners::{Protocol, get_process_by_port};

use super::HubSeen;
use crate::{
    model::{Check, Part, Preferences},
    speak,
};

pub(super) fn port(preferences: &Preferences, hub: &HubSeen) -> Check {
    let port = preferences.hub_port;
    if !preferences.hub {
        return Check::fine(Part::Hub, speak!("turned off", "已关闭"));
    }
    let expected = format!("http://127.0.0.1:{port}");
    match hub {
        HubSeen::Without => Check::fine(
            Part::Hub,
            speak!("the program that runs was started without one", "运行中的程序启动时没有开启 Hub"),
        ),
        HubSeen::With(Some(info)) if info.url == expected => {
            Check::fine(Part::Hub, speak!(format!("runs at {expected}"), format!("在 {expected} 运行")))
        }
        HubSeen::With(Some(info)) => Check::warning(
            Part::Hub,
            speak!(
                format!("runs at {} because {} has port {port}", info.url, holder(port)),
                format!("端口 {port} 被 {} 占用，因此在 {} 运行", holder(port), info.url)
            ),
            speak!(
                format!(
                    "Scripts that ring must use that address. End what has port {port}, or choose another port in Settings › Hub."
                ),
                format!(
                    "用来提醒的脚本必须使用这个地址。请结束占用端口 {port} 的程序，或在“设置 › Hub”中选择其他端口。"
                )
            ),
        ),
        HubSeen::With(None) => Check::wrong(
            Part::Hub,
            speak!("it does not run", "没有运行"),
            speak!(
                "Look at the notices in the window, or choose another port in Settings › Hub.",
                "请查看窗口中的提示，或在“设置 › Hub”中选择其他端口。"
            ),
        ),
        HubSeen::NoProgram => match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => Check::fine(Part::Hub, speak!(format!("port {port} is free"), format!("端口 {port} 可用"))),
            Err(_) => Check::warning(
                Part::Hub,
                speak!(format!("{} has port {port}", holder(port)), format!("端口 {port} 被 {} 占用", holder(port))),
                speak!(
                    "The embedded hub would begin at the next port that is free. End that program, or choose another port in Settings › Hub.",
                    "内置的 Hub 会使用下一个可用的端口。请结束该程序，或在“设置 › Hub”中选择其他端口。"
                ),
            ),
        },
    }
}

/// Who listens there, as far as the system tells.
fn holder(port: u16) -> String {
    match get_process_by_port(port, Protocol::TCP) {
        Ok(process) => format!("{} ({})", process.name, process.pid),
        Err(_) => speak!("another program", "其他程序").into(),
    }
}
