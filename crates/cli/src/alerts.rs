//! `alerts`: what rang, page by page; and what the user makes of it.

use streambell_engine::{AlertQuery, model::Alert};

use crate::{
    args::{Alerts, ChangeAlerts, ListAlerts},
    control::Request,
    failure::Failure,
    output::Array,
    program::{self, Program},
};

const PAGE: u32 = 500;

pub(crate) async fn alerts(args: Alerts) -> Result<(), Failure> {
    match args.change {
        None => list(args.list).await,
        Some(ChangeAlerts::Acknowledge { alert: Some(alert), .. }) => {
            program::ask(Request::AcknowledgeAlert { alert }).await
        }
        Some(ChangeAlerts::Acknowledge { alert: None, .. }) => program::ask(Request::AcknowledgeAll).await,
        Some(ChangeAlerts::Resolve { alert }) => program::ask(Request::ResolveAlert { alert }).await,
        Some(ChangeAlerts::Read { alert: Some(alert), .. }) => {
            program::ask(Request::ReadAlert { alert, read: true }).await
        }
        Some(ChangeAlerts::Read { alert: None, .. }) => program::ask(Request::ReadAlerts).await,
        Some(ChangeAlerts::Unread { alert }) => program::ask(Request::ReadAlert { alert, read: false }).await,
        Some(ChangeAlerts::Snooze { alert, span }) => program::ask(Request::SnoozeAlert { alert, span }).await,
    }
}

async fn list(args: ListAlerts) -> Result<(), Failure> {
    let home = program::home()?;
    let mut program = Program::reach(&home).await?;
    let printed = print(&mut program, &args).await;
    program.leave().await;
    printed
}

async fn print(program: &mut Program, args: &ListAlerts) -> Result<(), Failure> {
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
