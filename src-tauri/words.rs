//! What the shell itself says: the tray. The page has its own words.

use streambell_engine::Language;

/// The shell's words in one language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) show: &'static str,
    pub(crate) pause_all: &'static str,
    pub(crate) resume_all: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) acknowledge_all: &'static str,
    pub(crate) feeds: &'static str,
    pub(crate) do_not_disturb: &'static str,
    pub(crate) disturb_again: &'static str,
    pub(crate) half_an_hour: &'static str,
    pub(crate) an_hour: &'static str,
    pub(crate) until_tomorrow: &'static str,
    pub(crate) live: &'static str,
    pub(crate) connecting: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) feed_paused: &'static str,
    pub(crate) paused: &'static str,
    pub(crate) all_read: &'static str,
    pub(crate) one_unread: &'static str,
    /// Follows the number.
    pub(crate) many_unread: &'static str,
    /// Follow their numbers.
    pub(crate) firing: &'static str,
    pub(crate) down: &'static str,
}

const ENGLISH: Words = Words {
    show: "Show Streambell",
    pause_all: "Pause all feeds",
    resume_all: "Resume all feeds",
    settings: "Settings",
    quit: "Quit",
    acknowledge_all: "Acknowledge all alerts",
    feeds: "Feeds",
    do_not_disturb: "Do not disturb",
    disturb_again: "Disturb me again",
    half_an_hour: "For 30 minutes",
    an_hour: "For an hour",
    until_tomorrow: "Until tomorrow",
    live: "live",
    connecting: "connecting",
    waiting: "reconnecting",
    stopped: "stopped",
    feed_paused: "paused",
    paused: "All feeds are paused",
    all_read: "No unread alerts",
    one_unread: "1 unread alert",
    many_unread: " unread alerts",
    firing: " firing",
    down: " down",
};

const CHINESE: Words = Words {
    show: "显示 Streambell",
    pause_all: "暂停所有订阅",
    resume_all: "恢复所有订阅",
    settings: "设置",
    quit: "退出",
    acknowledge_all: "确认所有提醒",
    feeds: "订阅",
    do_not_disturb: "勿扰",
    disturb_again: "结束勿扰",
    half_an_hour: "30 分钟",
    an_hour: "1 小时",
    until_tomorrow: "直到明天",
    live: "实时",
    connecting: "连接中",
    waiting: "重新连接中",
    stopped: "已停止",
    feed_paused: "已暂停",
    paused: "所有订阅均已暂停",
    all_read: "没有未读提醒",
    one_unread: "1 条未读提醒",
    many_unread: " 条未读提醒",
    firing: " 条正在触发",
    down: " 个已停止",
};

impl Words {
    /// In the language that the user chose, else in the system's.
    pub(crate) fn of(chosen: Option<&str>) -> &'static Self {
        match Language::of(chosen) {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_decides() {
        assert_eq!(Words::of(Some("zh")), &CHINESE);
        assert_eq!(Words::of(Some("en")), &ENGLISH);
        assert_eq!(Words::of(Some("fr")), &ENGLISH);
    }
}
