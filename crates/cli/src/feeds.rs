//! `feeds`: list, add, change, remove, and look at what came of them.

use serde_json::{Map, Value, json};
use streambell_engine::model::{
    Auth, Certificates, Feed, FeedDraft, FeedId, Gap, Mapping, ProxySetting, Rule, RuleDraft, Trend,
};

use crate::{
    args::{AddFeed, EditFeed, FeedSettings, Feeds, OneFeed, Past},
    control::Request,
    failure::Failure,
    output, presets,
    program::{self, Program},
    secret,
};

pub(crate) async fn feeds(feeds: Feeds) -> Result<(), Failure> {
    match feeds {
        Feeds::List => list().await,
        Feeds::Add(args) => add(args).await,
        Feeds::Edit(args) => edit(args).await,
        Feeds::Remove(OneFeed { feed }) => program::ask(Request::RemoveFeed { feed }).await,
        Feeds::Pause(OneFeed { feed }) => program::ask(Request::PauseFeed { feed }).await,
        Feeds::Resume(OneFeed { feed }) => program::ask(Request::ResumeFeed { feed }).await,
        Feeds::Mute { which: OneFeed { feed }, span } => {
            program::ask(Request::MuteFeed { feed, span: Some(span) }).await
        }
        Feeds::Unmute(OneFeed { feed }) => program::ask(Request::MuteFeed { feed, span: None }).await,
        Feeds::Keep { feed, days, megabytes } => program::ask(Request::Keep { feed, days, megabytes }).await,
        Feeds::Clear(OneFeed { feed }) => program::ask(Request::ClearHistory { feed }).await,
        Feeds::Read(OneFeed { feed }) => program::ask(Request::ReadFeed { feed }).await,
        Feeds::Trends(Past { which: OneFeed { feed }, since }) => {
            Ok(output::print_array(program::ask::<Vec<Trend>>(Request::Trends { feed, since }).await?)?)
        }
        Feeds::Gaps(Past { which: OneFeed { feed }, since }) => {
            Ok(output::print_array(program::ask::<Vec<Gap>>(Request::Gaps { feed, since }).await?)?)
        }
    }
}

async fn list() -> Result<(), Failure> {
    let mut program = Program::reach(&program::home()?).await?;
    let feeds = program.ask::<Vec<Value>>(Request::Feeds).await;
    let running = program.is_running();
    program.leave().await;
    let feeds = feeds?.into_iter().map(|mut feed| {
        if !running && feed["enabled"] == true {
            let message =
                "Streambell is not running. Start it with 'streambell', or 'streambell run' without a screen.";
            feed["status"] = json!({ "type": "stopped", "reason": { "code": "not_running", "message": message } });
        }
        feed
    });
    Ok(output::print_array(feeds)?)
}

async fn add(args: AddFeed) -> Result<(), Failure> {
    let AddFeed { url, from, id, paused, settings } = args;
    let auth = secret::auth(&settings)?;
    let (before, rules) = match &from.preset {
        Some(preset) => {
            let filled = presets::fill(preset, &from).await?;
            (filled.draft, if from.rules { filled.rules } else { Vec::new() })
        }
        None => (FeedDraft { url: url.unwrap_or_default(), ..FeedDraft::default() }, Vec::new()),
    };
    let before = FeedDraft { id: id.map(FeedId), enabled: Some(!paused), ..before };
    let draft = edited(before, settings, auth)?;
    let feed: Feed = program::ask(Request::AddFeed { draft }).await?;
    for rule in rules {
        let draft = RuleDraft { feed: Some(feed.id.clone()), ..rule };
        program::ask::<Rule>(Request::AddRule { draft }).await?;
    }
    Ok(output::print(&feed)?)
}

async fn edit(args: EditFeed) -> Result<(), Failure> {
    // Asks for secrets before anything is opened.
    let auth = secret::auth(&args.settings)?;
    let mut program = Program::reach(&program::home()?).await?;
    let edited = async {
        let feed: Feed = program.ask(Request::Feed { feed: args.which.feed.clone() }).await?;
        let (id, url) = (feed.id.0.clone(), args.url.unwrap_or_else(|| feed.url.clone()));
        let draft = edited(FeedDraft { url, ..FeedDraft::from(feed) }, args.settings, auth)?;
        let request = Request::UpdateFeed { feed: id, draft };
        Ok::<Feed, Failure>(program.ask(request).await?)
    };
    let feed = edited.await;
    program.leave().await;
    Ok(output::print(&feed?)?)
}

/// The feed as it is, but for what was named. Secrets that are not named stay in the key ring as they are.
fn edited(before: FeedDraft, settings: FeedSettings, auth: Option<Auth>) -> Result<FeedDraft, Failure> {
    let mut headers = before.headers;
    headers.0.extend(secret::headers(&settings.headers)?.0);
    Ok(FeedDraft {
        map: mapping(before.map, &settings)?,
        headers,
        auth: auth.or(before.auth),
        proxy: secret::proxy(&settings.route)?.map(ProxySetting).or(before.proxy),
        tls: certificates(before.tls, secret::certificates(&settings.route)?),
        group: settings.group.or(before.group),
        parent: settings.parent.map(FeedId).or(before.parent),
        view: settings.view.or(before.view),
        notify: settings.notify.unwrap_or(before.notify),
        name: settings.name.unwrap_or(before.name),
        ..before
    })
}

/// What was there, but for what was named.
fn certificates(before: Option<Certificates>, named: Option<Certificates>) -> Option<Certificates> {
    let Some(named) = named else { return before };
    let before = before.unwrap_or_default();
    Some(Certificates { roots: named.roots.or(before.roots), client: named.client.or(before.client), key: named.key })
}

/// 'field=JSONPath' each; the model knows which fields there are.
fn mapping(before: Mapping, settings: &FeedSettings) -> Result<Mapping, Failure> {
    let mut fields = match serde_json::to_value(before) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    for entry in &settings.map {
        let (field, path) = entry.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--map {entry}: write it as FIELD=JSONPATH, for example value=$.price"))
        })?;
        fields.insert(field.trim().to_owned(), Value::String(path.trim().to_owned()));
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| Failure::usage(format!("--map: {error}")))
}
