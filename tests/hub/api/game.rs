//! The live game.

use serde_json::json;

use super::{done, event, follow, get, send, told};
use crate::places::Place;

#[tokio::test]
async fn a_game_goes_on_from_where_it_is() {
    for place in Place::each() {
        let hub = place.hub().await;
        assert_eq!(send(hub.addr(), "GET /api/game", &json!({})).await.status, 404);
        let mut first = follow(&hub, "/api/stream").await;
        let kick_off = json!({ "home": "Lions", "away": "Bears", "home_score": 0, "away_score": 0, "status": "live" });
        assert_eq!(
            done(&hub, "POST /api/game", json!({ "home": "Lions", "away": "Bears", "status": "live" })).await,
            kick_off
        );
        done(&hub, "POST /api/game", json!({ "home_score": 2, "period": "Q1", "clock": "11:40", "last": "home +2" }))
            .await;
        let now = done(&hub, "POST /api/game", json!({ "clock": "11:21", "away_score": 3 })).await;
        let goal = json!({
            "home": "Lions", "away": "Bears", "home_score": 2, "away_score": 0, "status": "live",
            "period": "Q1", "clock": "11:40", "last": "home +2",
        });
        let expected = json!({
            "home": "Lions", "away": "Bears", "home_score": 2, "away_score": 3, "status": "live",
            "period": "Q1", "clock": "11:21",
        });
        assert_eq!(now, expected);
        assert_eq!(get(&hub, "/api/game").await, now);
        let mut late = follow(&hub, "/api/stream").await;
        assert_eq!(told(&late.take(1).await), [event("score", now.clone())], "{:?}", place.store);
        assert_eq!(told(&first.take(3).await), [kick_off, goal, now].map(|game| event("score", game)));
    }
}
