//! A team's chat: short conversations in an order that chance chooses, none of them twice before all have been had.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{Beat, Scene};
use crate::thing::{Line, Name, Thing, Words};

type Said = (&'static str, &'static str);

/// `{n}` stands for a number that differs each time, the same throughout a conversation.
const CONVERSATIONS: [&[Said]; 18] = [
    &[
        ("mia", "deploy is through, watching the error rate"),
        ("jun", "看起来一切正常 👍"),
        ("bot", "p99 back under {n} ms"),
        ("ana", "closing the incident then. Notes go into the wiki tonight, thanks all"),
    ],
    &[
        ("leo", "has anyone a minute for #{n}? it is ten lines"),
        ("mia", "on it"),
        ("mia", "approved, one remark about the name"),
        ("leo", "good point, renamed and merged 🙏"),
    ],
    &[
        ("ana", "lunch at half past twelve? the noodle place has a new menu"),
        ("jun", "我去！帮我占个座位"),
        ("leo", "in"),
        ("ana", "table for three it is"),
    ],
    &[
        ("bot", "nightly build {n}: windows-x64 failed in 'sign'"),
        ("leo", "the certificate again?"),
        ("mia", "yes, expires tomorrow, CI is strict about it. Renewing now"),
        ("bot", "nightly build {n}: all green"),
        ("leo", "that was quick"),
    ],
    &[
        ("jun", "the dashboard in dark mode looks great on the big screen"),
        ("ana", "send a picture!"),
        ("jun", "晚点发，现在会议室有人"),
    ],
    &[
        ("leo", "question: do we keep events for 7 or 30 days by default?"),
        ("ana", "7, and a size limit. People who want more can set it"),
        ("mia", "+1, nobody scrolls back a month"),
    ],
    &[
        ("mia", "customer asks whether the export has a schema"),
        ("leo", "it has, docs folder, config.schema.json"),
        ("mia", "perfect, sent them the link"),
    ],
    &[
        ("bot", "disk on build-2 at {n} %"),
        ("jun", "我来清理一下缓存"),
        ("bot", "disk on build-2 back to normal"),
        ("jun", "old container images, as always"),
    ],
    &[
        ("ana", "who is taking notes in the planning today?"),
        ("leo", "my turn, I think"),
        ("ana", "thanks! agenda has {n} points, let us be quick 😅"),
    ],
    &[
        ("leo", "found it. The retry waited in step on all machines, so they came back together"),
        ("mia", "hence the spikes every minute"),
        ("leo", "jitter added, graph is flat now"),
        ("jun", "漂亮！"),
    ],
    &[
        ("mia", "new colleague starts on Monday, Priya, from the platform team"),
        ("ana", "great news! I can show her around"),
        ("jun", "欢迎欢迎 🎉"),
    ],
    &[
        ("jun", "translation of the settings page is done, please have a look"),
        ("ana", "reading"),
        ("ana", "one label is too long for the button, the rest is lovely"),
        ("jun", "改短了，再看看"),
        ("ana", "fits 👌"),
    ],
    &[
        ("leo", "benchmark of this morning: {n} k events a second, up by a fifth"),
        ("mia", "what changed?"),
        ("leo", "one copy less per event. Write-up in the pull request"),
    ],
    &[
        ("ana", "reminder: the office is closed on Friday"),
        ("mia", "then no release on Thursday evening, please"),
        ("leo", "agreed, Tuesday it is"),
    ],
    &[
        ("mia", "is staging slow for you too?"),
        ("jun", "有一点，数据库在跑迁移"),
        ("mia", "ah, that explains it. How long?"),
        ("jun", "about {n} seconds more"),
        ("mia", "fine, getting a coffee ☕"),
    ],
    &[
        ("bot", "{n} issues closed this week, 9 opened"),
        ("ana", "that is the right direction"),
        ("leo", "half of them were mine, just saying"),
    ],
    &[
        ("leo", "the tray icon is blurry on my 4K screen"),
        ("mia", "we ship 32 px only, let me add the larger ones"),
        ("mia", "try the build from the branch"),
        ("leo", "crisp"),
    ],
    &[
        ("ana", "the workshop got {n} sign-ups"),
        ("jun", "比去年多一倍"),
        ("ana", "we need a bigger room"),
        ("mia", "the library has one, I will ask"),
    ],
];

struct Chat {
    /// Conversations to come, in this order.
    order: VecDeque<usize>,
    number: u32,
    rest: VecDeque<Said>,
}

/// Line `nth` of all conversations, one after the other; after the last one comes the first.
pub(crate) fn nth_line(nth: usize) -> Line {
    let lines = CONVERSATIONS.iter().flat_map(|conversation| conversation.iter());
    let (username, message) = lines.clone().cycle().nth(nth % lines.count()).unwrap_or(&("bot", "all quiet"));
    let message = Words::own(message.replace("{n}", "42"));
    Line { username: Name::own(*username), message, ts: Timestamp::now().as_millisecond() }
}

pub(super) fn scene(_: &mut StdRng) -> Box<dyn Scene> {
    Box::new(Chat { order: VecDeque::new(), number: 0, rest: VecDeque::new() })
}

impl Scene for Chat {
    fn next(&mut self, now: Timestamp, rng: &mut StdRng) -> Beat {
        let mut seconds = 3..7;
        if self.rest.is_empty() {
            self.begin_conversation(rng);
            seconds = 7..12;
        }
        let after = Duration::from_millis(rng.random_range(seconds.start * 1000..seconds.end * 1000));
        let (username, message) = self.rest.pop_front().unwrap_or(("bot", "all quiet"));
        let message = message.replace("{n}", &self.number.to_string());
        let then = now.checked_add(after).unwrap_or(now);
        let (username, message) = (Name::own(username), Words::own(message));
        Beat { after, message: Line { username, message, ts: then.as_millisecond() }.told() }
    }
}

impl Chat {
    fn begin_conversation(&mut self, rng: &mut StdRng) {
        if self.order.is_empty() {
            let mut order: Vec<_> = (0..CONVERSATIONS.len()).collect();
            order.shuffle(rng);
            self.order = order.into();
        }
        self.number = rng.random_range(41..=97);
        self.rest = self.order.pop_front().map(|at| CONVERSATIONS[at].iter().copied().collect()).unwrap_or_default();
    }
}
