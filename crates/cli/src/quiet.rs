//! `quiet`: do not disturb.

use jiff::Timestamp;

use crate::{args::Until, control::Request, failure::Failure, program};

pub(crate) async fn quiet(span: Until) -> Result<(), Failure> {
    let until = match span {
        Until::Off => None,
        Until::For(span) => Some(Timestamp::now().as_millisecond() + span.millis()),
    };
    program::ask(Request::Quiet { until }).await
}
