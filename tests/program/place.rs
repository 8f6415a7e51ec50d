use crate::support::{Desktop, until};

/// Left, top, width and height.
type Place = [i32; 4];

#[tokio::test]
async fn the_window_comes_back_where_it_was_and_never_off_the_screen() {
    let desktop = Desktop::start().await;
    // Smaller than the screen, which a window manager would make it fill.
    keep(&desktop, r#"{"area":{"x":400.0,"y":180.0,"width":800.0,"height":600.0},"maximised":false}"#);
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    desktop.place_window([90, 70, 760, 560]).await;
    let chosen = settled(&desktop, [90, 70, 760, 560]).await;

    // Closed and opened again.
    desktop.close_window().await;
    desktop.window_is(false).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    is_at(&desktop, chosen).await;

    // Ended while it is shown, and started again.
    assert_eq!(desktop.terminate(program).await, Some(0));
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    is_at(&desktop, chosen).await;
    desktop.picture("place");

    // Of a screen that was larger.
    assert_eq!(desktop.terminate(program).await, Some(0));
    keep(&desktop, r#"{"area":{"x":3000.0,"y":2500.0,"width":900.0,"height":600.0},"maximised":false}"#);
    let _program = desktop.launch(&[]);
    desktop.window_is(true).await;
    until("it is on the screen", async || {
        let [left, top, width, height] = desktop.window_place().await;
        (left >= 0 && top >= 0 && left + width <= 1280 && top + height <= 860 && width == 900).then_some(())
    })
    .await;
}

/// What an earlier run kept.
fn keep(desktop: &Desktop, place: &str) {
    std::fs::write(desktop.home().join("window.json"), place).expect("the folder can be written");
}

/// Waits until the window has this size, is about there and moves no more: where it stands then.
async fn settled(desktop: &Desktop, wanted: Place) -> Place {
    let mut before = None;
    until("the window is moved", async || {
        let place = desktop.window_place().await;
        let near = (place[0] - wanted[0]).abs() < 60 && (place[1] - wanted[1]).abs() < 60;
        let rests = before.replace(place) == Some(place);
        (near && rests && place[2..] == wanted[2..]).then_some(place)
    })
    .await
}

async fn is_at(desktop: &Desktop, wanted: Place) {
    until(&format!("the window is at {wanted:?}"), async || (desktop.window_place().await == wanted).then_some(()))
        .await;
}

#[tokio::test]
async fn a_maximised_window_comes_back_maximised_and_keeps_its_own_size() {
    let desktop = Desktop::start().await;
    keep(&desktop, r#"{"area":{"x":400.0,"y":180.0,"width":800.0,"height":600.0},"maximised":false}"#);
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    desktop.place_window([90, 70, 760, 560]).await;
    let chosen = settled(&desktop, [90, 70, 760, 560]).await;
    // The program has seen it there, too, before it is maximised.
    desktop.close_window().await;
    desktop.window_is(false).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    is_at(&desktop, chosen).await;
    desktop.press_key(MAXIMISE).await;
    let maximised = fills_the_screen(&desktop).await;

    // Closed and opened again.
    desktop.close_window().await;
    desktop.window_is(false).await;
    desktop.streambell(&["toggle"]).await;
    desktop.window_is(true).await;
    is_at(&desktop, maximised).await;

    // Ended while it is shown, and started again.
    assert_eq!(desktop.terminate(program).await, Some(0));
    let program = desktop.launch(&[]);
    desktop.window_is(true).await;
    is_at(&desktop, maximised).await;
    desktop.picture("maximised");
    desktop.press_key(MAXIMISE).await;
    is_as_large(&desktop, chosen).await;

    // On a screen that is gone.
    assert_eq!(desktop.terminate(program).await, Some(0));
    keep(&desktop, r#"{"area":{"x":3000.0,"y":2500.0,"width":900.0,"height":600.0},"maximised":true}"#);
    let _program = desktop.launch(&[]);
    desktop.window_is(true).await;
    is_at(&desktop, maximised).await;
    desktop.press_key(MAXIMISE).await;
    is_as_large(&desktop, [0, 0, 900, 600]).await;
}

/// The window manager's key that maximises a window, or gives it back its size.
const MAXIMISE: &str = "alt+F10";

async fn fills_the_screen(desktop: &Desktop) -> Place {
    until("the window fills the screen", async || {
        let place @ [left, top, width, height] = desktop.window_place().await;
        // The frame is moved before the page in it is made larger.
        (left <= 0 && top < 60 && width >= 1280 && height > 760).then_some(place)
    })
    .await
}

/// Waits until the window has this size, and is on the screen with all of it.
async fn is_as_large(desktop: &Desktop, wanted: Place) {
    until(&format!("the window is as large as {wanted:?}"), async || {
        let [left, top, width, height] = desktop.window_place().await;
        let inside = left >= 0 && top >= 0 && left + width <= 1280 && top + height <= 860;
        (inside && [width, height] == wanted[2..]).then_some(())
    })
    .await;
}
