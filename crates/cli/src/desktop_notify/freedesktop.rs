//! Linux and its kin: org.freedesktop.Notifications on the session bus.
//!
//! One connection serves all notifications, and one task listens for all (docs/decisions/0006-notifications-on-dbus.md).
//! Numbers belong to the service that gave them, so calls go to that very program, by its unique name: a service that
//! took its place never sees them.

mod bus;
mod left;
mod message;
mod screen;

use std::{path::PathBuf, sync::Arc};

use streambell_engine::{Answer, Notification};
use tokio::task::JoinSet;
use zbus::{Message, message::Sequence, names::OwnedUniqueName};

use self::{
    bus::{Bus, Heard, Problem, Signal},
    left::Left,
    message::Capabilities,
    screen::Screen,
};
use super::{buttons, report::Report};

/// Notifications that a hanging service may still answer.
const LATE: usize = 64;

/// Reasons of `NotificationClosed`.
const EXPIRED: u32 = 1;
const DISMISSED: u32 = 2;

/// The program that is the notification service.
#[derive(Debug, Clone)]
struct Service {
    name: OwnedUniqueName,
    can: Capabilities,
    /// When it was met: what was said earlier of the service was of its predecessor.
    since: Sequence,
}

/// What a service said to a notification at last.
type Late = (Arc<Notification>, Result<Message, Problem>);

/// Something that happened meanwhile.
pub(super) struct News(Event);

enum Event {
    Heard(Heard),
    Late(Late),
}

/// The user's desktop.
pub(super) struct Desk {
    report: Report,
    bus: Option<Bus>,
    service: Option<Service>,
    screen: Screen,
    /// What the next process must know of the screen.
    left: Left,
    /// Calls that took too long: a service that hung shows them when it goes on.
    late: JoinSet<Late>,
    /// Those of them that are still wanted.
    unanswered: Vec<Arc<Notification>>,
}

impl Desk {
    /// `memory`: a file that tells the next process what this one left on the screen.
    pub(super) fn new(report: Report, memory: Option<PathBuf>) -> Self {
        Self {
            report,
            left: Left::read(memory),
            bus: None,
            service: None,
            screen: Screen::default(),
            late: JoinSet::new(),
            unanswered: Vec::new(),
        }
    }

    /// Takes over what the process before this one left on the screen.
    pub(super) async fn begin(&mut self) {
        if !self.left.is_empty()
            && let Err(problem) = self.meet().await
        {
            tracing::debug!(%problem, "what an earlier run left on the screen is gone");
        }
    }

    /// Writes down what is on the screen, if that has changed.
    pub(super) fn remember(&mut self) {
        if let (Some(bus), Some(service)) = (&self.bus, &self.service) {
            self.left.keep(&bus.guid(), &service.name, self.screen.live());
        }
    }

    /// Shows it, in place of what has its tag, and reports what became of that.
    pub(super) async fn show(&mut self, notification: Arc<Notification>) {
        self.unanswered.retain(|older| older.tag != notification.tag);
        let mut shown = self.try_to_show(&notification).await;
        if matches!(shown, Err(Problem::Gone(_))) && self.service.is_some() {
            // The service that was known is no more; another may have taken its place.
            self.forget_service();
            shown = self.try_to_show(&notification).await;
        }
        match shown {
            Ok(answer) => self.shown(notification, &answer).await,
            Err(problem) => self.report.failed(&notification, &problem),
        }
    }

    /// Closes what is on the screen under a tag.
    pub(super) async fn withdraw(&mut self, tag: &str) {
        self.unanswered.retain(|late| late.tag != tag);
        if let Some(id) = self.screen.withdraw(tag) {
            self.close(id).await;
        }
    }

    /// Waits for news. Dropping the future loses nothing.
    pub(super) async fn hear(&mut self) -> News {
        let heard = async {
            match &mut self.bus {
                Some(bus) => bus.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            heard = heard => News(Event::Heard(heard)),
            Some(Ok(late)) = self.late.join_next() => News(Event::Late(late)),
        }
    }

    /// Takes news in.
    pub(super) async fn take(&mut self, News(event): News) {
        match event {
            Event::Late((notification, Ok(answer))) => self.shown_late(notification, &answer).await,
            Event::Late((notification, Err(_))) => self.unanswered.retain(|late| !Arc::ptr_eq(late, &notification)),
            Event::Heard(Heard { at, signal }) => match signal {
                Signal::Pressed { service, id, key } if self.is(&service) => {
                    let Some(action) = buttons::action(&key) else { return };
                    if let Some(notification) = self.screen.press(id, at, action) {
                        self.report.answered(&notification, Answer::Chosen(action));
                    }
                }
                Signal::Closed { service, id, reason } if self.is(&service) => {
                    let Some(notification) = self.screen.close(id, at) else { return };
                    match reason {
                        EXPIRED => self.report.answered(&notification, Answer::Expired),
                        DISMISSED => self.report.answered(&notification, Answer::Dismissed),
                        _ => {}
                    }
                }
                Signal::Owner(owner) => self.owner_changed(owner, at).await,
                Signal::Lost => self.forget_bus(),
                Signal::Pressed { .. } | Signal::Closed { .. } => {}
            },
        }
    }

    fn is(&self, sender: &OwnedUniqueName) -> bool {
        self.service.as_ref().is_some_and(|service| service.name == *sender)
    }

    async fn try_to_show(&mut self, notification: &Arc<Notification>) -> Result<Message, Problem> {
        let Service { name, can, .. } = self.meet().await?;
        let Some(bus) = &mut self.bus else { return Err(Problem::Silent) };
        let replaces = self.screen.shown(&notification.tag);
        let mut call = bus.call(&name, "Notify", message::arguments(notification, replaces, can));
        let answer = bus.answer(&mut call).await;
        if matches!(answer, Err(Problem::Silent)) && self.late.len() < LATE {
            let notification = notification.clone();
            self.unanswered.push(notification.clone());
            self.late.spawn(async move {
                let answer = call.await.unwrap_or_else(|panic| Err(zbus::Error::Failure(panic.to_string())));
                (notification, answer.map_err(Problem::from))
            });
        }
        answer
    }

    /// The service, and what it can: asked once of each program that is it.
    async fn meet(&mut self) -> Result<Service, Problem> {
        if let Some(service) = &self.service {
            return Ok(service.clone());
        }
        let bus = match &mut self.bus {
            Some(bus) => bus,
            none => none.insert(Bus::connect().await?),
        };
        let answer = bus.call_service("GetCapabilities").await?;
        let capabilities: Vec<String> = answer.body().deserialize()?;
        let service = Service {
            name: answer.header().sender().ok_or(zbus::Error::MissingField)?.to_owned().into(),
            can: Capabilities::of(&capabilities),
            since: answer.recv_position(),
        };
        tracing::debug!(service = %service.name, ?capabilities, "the notification service");
        self.screen = Screen::of(self.left.of(&bus.guid(), &service.name));
        Ok(self.service.insert(service).clone())
    }

    async fn shown(&mut self, notification: Arc<Notification>, answer: &Message) {
        let id = match answer.body().deserialize() {
            Ok(id) => id,
            Err(error) => return self.report.failed(&notification, &error),
        };
        self.report.shown(&notification);
        if let Some(too_many) = self.screen.add(id, answer.recv_position(), notification) {
            self.close(too_many).await;
        }
    }

    /// A service that hung goes on: it shows what nobody waited for any more, and some of that is no longer so.
    async fn shown_late(&mut self, notification: Arc<Notification>, answer: &Message) {
        match self.unanswered.iter().position(|late| Arc::ptr_eq(late, &notification)) {
            Some(place) => {
                self.unanswered.swap_remove(place);
                self.shown(notification, answer).await;
            }
            None => {
                if let Ok(id) = answer.body().deserialize() {
                    self.close(id).await;
                }
            }
        }
    }

    async fn close(&self, id: u32) {
        if let (Some(bus), Some(service)) = (&self.bus, &self.service) {
            bus.close(&service.name, id).await;
        }
    }

    async fn owner_changed(&mut self, owner: Option<OwnedUniqueName>, at: Sequence) {
        if self.service.as_ref().is_some_and(|known| at > known.since && Some(&known.name) != owner.as_ref()) {
            self.forget_service();
        }
        // It came back: the user need not wait for the next alert to hear that.
        if owner.is_some() && self.report.in_trouble() && self.meet().await.is_ok() {
            self.report.works();
        }
    }

    fn forget_service(&mut self) {
        self.service = None;
        self.screen = Screen::default();
        self.late = JoinSet::new();
        self.unanswered.clear();
        if self.bus.as_ref().is_some_and(Bus::is_closed) {
            self.bus = None;
        }
    }

    fn forget_bus(&mut self) {
        self.bus = None;
        self.forget_service();
    }
}
