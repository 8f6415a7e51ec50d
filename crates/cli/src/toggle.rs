//! `toggle`: shows or hides the window of the running program.

use crate::{
    control::{Client, Request},
    failure::Failure,
    program::home,
};

pub(crate) async fn toggle() -> Result<(), Failure> {
    let not_running = || Failure::failed("Streambell is not running. Start it with 'streambell'.");
    let mut client = Client::connect(&home()?).await.ok_or_else(not_running)?;
    Ok(client.ask(&Request::Toggle).await?)
}
