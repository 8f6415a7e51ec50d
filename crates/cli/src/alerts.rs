//! `alerts`: what rang, page by page.

use streambell_engine::{AlertQuery, model::Alert};

use crate::{
    args::Alerts,
    control::Request,
    failure::Failure,
    output::Array,
    program::{self, Program},
};

const PAGE: u32 = 500;

pub(crate) async fn alerts(args: Alerts) -> Result<(), Failure> {
    let home = program::home()?;
    let mut program = Program::reach(&home).await?;
    let printed = print(&mut program, &args).await;
    program.leave().await;
    printed
}

async fn print(program: &mut Program, args: &Alerts) -> Result<(), Failure> {
    let mut array = None;
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut before = None;
    loop {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        if limit == 0 {
            break;
        }
        let query = AlertQuery { state: args.state, before, limit: Some(limit) };
        let page: Vec<Alert> = program.ask(Request::Alerts { query }).await?;
        let array = array.get_or_insert_with(Array::to_stdout);
        for alert in &page {
            array.push(alert)?;
        }
        left = left.saturating_sub(page.len() as u64);
        before = page.last().map(|alert| alert.id);
        if page.len() < limit as usize {
            break;
        }
    }
    Ok(array.unwrap_or_else(Array::to_stdout).end()?)
}
