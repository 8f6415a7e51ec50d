//! What was found, for people: a line for each check, and below it what to do.

use std::io::{self, Write};

use streambell_engine::{
    model::{Check, CheckState, Part},
    speak,
};

pub(super) fn print(checks: &[Check]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text(checks).as_bytes())?;
    out.flush()
}

fn text(checks: &[Check]) -> String {
    let rows: Vec<_> = checks.iter().map(|check| (state(check.state), name(check.check), check)).collect();
    let widest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or_default();
    let states = widest(&mut rows.iter().map(|(state, ..)| width(state)));
    let names = widest(&mut rows.iter().map(|(_, name, _)| width(name)));
    let mut text = String::new();
    for (state, name, check) in rows {
        let (after_state, after_name) = (states - width(state), names - width(name));
        text += &format!("{state}{:after_state$}  {name}{:after_name$}  {}\n", "", "", one_line(&check.found));
        if let Some(mend) = &check.mend {
            text += &format!("{:1$}→ {2}\n", "", states + names + 4, one_line(mend));
        }
    }
    text
}

/// What others say (a notification service, the system) has no say over the lines.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Columns of a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

fn state(state: CheckState) -> &'static str {
    match state {
        CheckState::Fine => speak!("fine", "正常"),
        CheckState::Warning => speak!("warning", "注意"),
        CheckState::Wrong => speak!("wrong", "有问题"),
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Version => speak!("version", "版本"),
        Part::DataFolder => speak!("data folder", "数据文件夹"),
        Part::History => speak!("history", "历史"),
        Part::Disk => speak!("disk space", "磁盘空间"),
        Part::KeyRing => speak!("key ring", "密钥环"),
        Part::Network => speak!("network", "网络"),
        Part::Proxy => speak!("proxy", "代理"),
        Part::Hub => speak!("hub port", "Hub 端口"),
        Part::Log => speak!("log", "日志"),
        Part::Crash => speak!("crash", "崩溃"),
        Part::Notifications => speak!("notifications", "通知服务"),
        Part::Tray => speak!("tray", "托盘"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_aligned_and_says_what_to_do_below() {
        let checks =
            [Check::fine(Part::Version, "Streambell 0.1.0"), Check::warning(Part::Tray, "nobody\nshows", "Mend it.")];
        let lines =
            ["fine     version  Streambell 0.1.0", "warning  tray     nobody shows", "                  → Mend it."];
        assert_eq!(text(&checks).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!((width("正常"), width("fine"), width("Hub 端口")), (4, 4, 8));
    }
}
