//! `events`: the history, page by page.

use streambell_engine::{
    Home, export_events,
    model::{EventExport, ExportFormat, Feed, Page, Query},
};

use crate::{
    args::Events,
    control::Request,
    failure::Failure,
    output::Array,
    program::{self, Program},
};

/// Few enough that a page of large events stays small in memory.
const PAGE: u32 = 200;

pub(crate) async fn events(args: Events) -> Result<(), Failure> {
    let home = program::home()?;
    let mut program = Program::reach(&home).await?;
    let printed = match args.format {
        Some(format) => write(&mut program, &home, args, format).await,
        None => print(&mut program, args).await,
    };
    program.leave().await;
    printed
}

/// Reads the history itself, beside the program that may run: it is longer than what a conversation is for.
async fn write(program: &mut Program, home: &Home, args: Events, format: ExportFormat) -> Result<(), Failure> {
    let feed = match args.feed {
        Some(feed) => Some(program.ask::<Feed>(Request::Feed { feed }).await?.id),
        None => None,
    };
    let what = EventExport { format, feed, search: args.search, since: args.since };
    export_events(home, &what, std::io::stdout().lock())?;
    Ok(())
}

async fn print(program: &mut Program, args: Events) -> Result<(), Failure> {
    let mut array = None;
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut before = None;
    loop {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        if limit == 0 {
            break;
        }
        let query = Query {
            feed: None,
            search: args.search.clone(),
            event: args.event.clone(),
            key: args.key.clone(),
            priority: args.priority,
            unread: args.unread,
            since: args.since,
            until: args.until,
            before,
            limit: Some(limit),
        };
        let page: Page = program.ask(Request::Events { feed: args.feed.clone(), query }).await?;
        // Nothing is printed before the first page: a refusal leaves standard output empty.
        let array = array.get_or_insert_with(Array::to_stdout);
        for event in &page.events {
            array.push(event)?;
        }
        left = left.saturating_sub(page.events.len() as u64);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    Ok(array.unwrap_or_else(Array::to_stdout).end()?)
}
