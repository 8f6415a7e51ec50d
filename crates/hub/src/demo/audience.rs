//! Who watches: what goes on by itself rests while nobody does.

use tokio::sync::watch;

/// The seats that are taken.
#[derive(Debug, Clone)]
pub(crate) struct Audience(watch::Sender<usize>);

impl Audience {
    pub(crate) fn new() -> Audience {
        Audience(watch::Sender::new(0))
    }

    pub(crate) fn take_seat(&self) -> Seat {
        self.0.send_modify(|seats| *seats += 1);
        Seat(self.clone())
    }

    /// Waits until somebody watches.
    pub(crate) async fn arrival(&self) {
        // The sender is here, so this waits for nothing else.
        let _ = self.0.subscribe().wait_for(|&seats| seats > 0).await;
    }

    /// Waits until nobody watches.
    pub(crate) async fn departure(&self) {
        let _ = self.0.subscribe().wait_for(|&seats| seats == 0).await;
    }
}

/// A spectator's seat, to hold as long as it lasts.
#[derive(Debug)]
pub(crate) struct Seat(Audience);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.0.send_modify(|seats| *seats -= 1);
    }
}
