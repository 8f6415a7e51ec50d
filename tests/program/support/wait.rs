use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Slow machines are allowed for; nothing should ever take this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at what cannot say by itself that it has changed: another process, or a folder.
const PERIOD: Duration = Duration::from_millis(50);

/// Looks until there is something to see.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        sleep(PERIOD).await;
    }
}
