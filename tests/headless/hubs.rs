//! Hubs in processes of their own: killed, cut off and without their Redis, they lose nothing that they acknowledged,
//! and say nothing twice.

mod crowd;
mod hub;

use std::{thread, time::Duration};

use crowd::{Crowd, Plan};
use hub::HubProcess;

use crate::support::{Cuttable, Redis};

#[test]
fn killed_under_load_a_hub_holds_everything_it_acknowledged() {
    for mut hub in [HubProcess::alone(&[]), HubProcess::embedded()] {
        let plan = Plan { topics: 2, publishers: 8, subscribers: 20, messages: 200 };
        let crowd = Crowd::start(plan, &[hub.address()]);
        for _ in 0..3 {
            crowd.until_acknowledged_more(300);
            hub.kill_and_start_again();
        }
        crowd.finish();
    }
}

#[test]
fn two_hubs_on_one_redis_go_on_without_one_of_them() {
    let redis = Redis::start_lasting();
    let hubs = [HubProcess::alone(&["--redis", &redis.url()]), HubProcess::alone(&["--redis", &redis.url()])];
    let plan = Plan { topics: 4, publishers: 20, subscribers: 200, messages: 20 };
    let crowd = Crowd::start(plan, &hubs.each_ref().map(HubProcess::address));
    crowd.until_acknowledged_more(100);
    let [one, two] = hubs;
    drop(one);
    crowd.finish();
    drop(two);
}

#[test]
fn three_hubs_on_one_redis_survive_a_kill_a_restart_and_a_cut() {
    let mut redis = Redis::start_lasting();
    // Two of them reach Redis on ways that can be cut.
    let ways = [Cuttable::to(redis.address()), Cuttable::to(redis.address())];
    let mut hubs = vec![HubProcess::alone(&["--redis", &redis.url()])];
    hubs.extend(ways.iter().map(|way| HubProcess::alone(&["--redis", &format!("redis://{}/0", way.address())])));
    let plan = Plan { topics: 10, publishers: 100, subscribers: 1000, messages: 30 };
    let crowd = Crowd::start(plan, &hubs.iter().map(HubProcess::address).collect::<Vec<_>>());

    crowd.until_acknowledged_more(300);
    hubs[0].kill();
    crowd.until_acknowledged_more(300);
    redis.restart();
    crowd.until_acknowledged_more(300);
    ways[0].cut();
    // As long as a network may be gone; the other hub goes on.
    crowd.until_acknowledged_more(300);
    thread::sleep(Duration::from_millis(500));
    ways[0].mend();
    hubs[0].start_again();
    crowd.until_acknowledged_more(300);
    crowd.finish();
}
