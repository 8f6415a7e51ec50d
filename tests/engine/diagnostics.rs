//! What the program says of itself.

use std::sync::Arc;

use streambell_engine::{
    SecretsError,
    model::{Check, CheckState, Notify, Part},
};

use crate::support::{Folder, Ring, Server};

#[tokio::test]
async fn the_figures_are_those_of_what_happens() {
    let (folder, server) = (Folder::new(), Server::start().await);
    let bench = folder.start().await;
    bench.add("One", &server.url, Notify::Rules).await;
    bench.add("Two", "http://127.0.0.1:9/two", Notify::Rules).await;
    bench.until_open().await;
    server.send("one");
    server.send("two");
    bench.until_events(2).await;
    let figures = bench.engine.figures().await.expect("figures");
    assert_eq!((figures.feeds, figures.open, figures.events), (2, 1, 2));
    assert!(figures.at >= figures.since && figures.room > 0 && figures.waiting <= figures.room, "{figures:?}");
    assert!(figures.processes.count >= 1 && figures.processes.memory > 1 << 20, "{figures:?}");
    let mut count = 0_u64;
    let begin = std::time::Instant::now();
    // What the processor does is counted.
    while bench.engine.figures().await.expect("figures").processes.cpu <= figures.processes.cpu {
        count += 1;
        assert!(begin.elapsed().as_secs() < 20, "nothing was counted in {count} looks");
    }
    bench.engine.shutdown().await;
    let bench = folder.start().await;
    assert_eq!(bench.engine.figures().await.expect("figures").events, 0, "they begin anew with the program");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_program_tries_its_surroundings_and_leaves_no_trace() {
    let folder = Folder::new();
    let ring = Arc::new(Ring::default());
    let bench = folder.start_with(ring.clone()).await.expect("it starts");
    let checks = bench.engine.self_test().await;
    let state = |checks: &[Check], part: Part| checks.iter().find(|check| check.check == part).map(|check| check.state);
    for part in [Part::Version, Part::DataFolder, Part::History, Part::Disk, Part::KeyRing, Part::Hub, Part::Crash] {
        assert_eq!(state(&checks, part), Some(CheckState::Fine), "{checks:#?}");
    }
    assert!(checks.iter().all(|check| check.mend.is_some() == (check.state != CheckState::Fine)), "{checks:#?}");
    assert!(ring.kept.lock().expect("no panic").is_empty(), "the test secret was removed");
    *ring.refuses.lock().expect("no panic") = Some(SecretsError::Missing);
    let checks = bench.engine.self_test().await;
    let ring = checks.iter().find(|check| check.check == Part::KeyRing).expect("it was tried");
    assert_eq!((ring.state, ring.mend.clone()), (CheckState::Wrong, Some(SecretsError::Missing.to_string())));
    bench.engine.shutdown().await;
}
