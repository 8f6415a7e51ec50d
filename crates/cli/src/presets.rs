//! `presets`: what services are known, what they ask for, and those of the user's own.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::Path,
};

use serde_json::json;
use streambell_engine::{
    Language,
    model::{Answers, Filled, Phrase, Preferences, Preset, Question, QuestionKind},
    speak,
};

use crate::{
    args::{FromPreset, Presets},
    control::{Refusal, Request},
    failure::Failure,
    output,
    program::{self, Program},
    secret, source,
};

/// Variables that mean something else.
const TAKEN: [&str; 3] = ["STREAMBELL_HOME", "STREAMBELL_LOG", "STREAMBELL_PROXY_PASSWORD"];

pub(crate) async fn presets(presets: Presets) -> Result<(), Failure> {
    match presets {
        Presets::List { json: true } => Ok(output::print_array(all().await?)?),
        Presets::List { json: false } => Ok(print(&list(&spoken().await?))?),
        Presets::Show { id, json: true } => Ok(output::print(&named(all().await?, &id)?)?),
        Presets::Show { id, json: false } => Ok(print(&description(&named(spoken().await?, &id)?))?),
        Presets::Export { id, file } => export(id, &file).await,
        Presets::Import { file } => {
            let text = source::read(&file)?;
            Ok(output::print(&program::ask::<Preset>(Request::ImportPreset { text }).await?)?)
        }
        Presets::Remove { id } => program::ask(Request::RemovePreset { preset: id }).await,
        Presets::Keep { feed, name } => {
            Ok(output::print(&program::ask::<Preset>(Request::KeepPreset { feed, name }).await?)?)
        }
    }
}

/// The feed and the rules that come of a preset and what was answered; secrets are asked for.
pub(crate) async fn fill(id: &str, from: &FromPreset) -> Result<Filled, Failure> {
    let preset = named(all().await?, id)?;
    let answers = answers(&preset, from)?;
    let mut program = Program::reach(&program::home()?).await?;
    let filled = program.ask(Request::FillPreset { preset: preset.id.clone(), answers }).await;
    program.leave().await;
    filled.map_err(|refusal| with_what_is_right(refusal, &preset))
}

async fn all() -> Result<Vec<Preset>, Failure> {
    program::ask(Request::Presets).await
}

/// All presets, to be told in the program's language.
async fn spoken() -> Result<Vec<Preset>, Failure> {
    let mut program = Program::reach(&program::home()?).await?;
    let asked = async {
        let preferences: Preferences = program.ask(Request::Settings).await?;
        Language::of(preferences.language.as_deref()).speak();
        program.ask(Request::Presets).await
    };
    let presets = asked.await;
    program.leave().await;
    Ok(presets?)
}

fn named(presets: Vec<Preset>, id: &str) -> Result<Preset, Failure> {
    let ids: Vec<_> = presets.iter().map(|preset| preset.id.clone()).collect();
    presets.into_iter().find(|preset| preset.id == id).ok_or_else(|| {
        Failure::failed(format!("There is no preset '{id}'. There are: {}; see 'presets list'.", ids.join(", ")))
    })
}

async fn export(id: String, file: &Path) -> Result<(), Failure> {
    let text: String = program::ask(Request::ExportPreset { preset: id }).await?;
    if file == Path::new("-") {
        return Ok(print(&text)?);
    }
    fs::write(file, text).map_err(|error| {
        Failure::failed(format!("{} cannot be written: {error}. Choose another place for it.", file.display()))
    })?;
    Ok(output::print(&json!({ "file": file }))?)
}

/// What was answered, with the secrets that were named or that it needs.
fn answers(preset: &Preset, from: &FromPreset) -> Result<Answers, Failure> {
    let question = |name: &str, option: &str| {
        let names: Vec<_> = preset.ask.iter().map(|question| question.name.as_str()).collect();
        preset.ask.iter().find(|question| question.name == name).ok_or_else(|| {
            Failure::usage(format!(
                "{option} {name}: '{}' does not ask for that, but for {}",
                preset.id,
                names.join(", ")
            ))
        })
    };
    let mut answers = Answers::new();
    for entry in &from.answers {
        let (name, answer) = entry.split_once('=').ok_or_else(|| {
            Failure::usage(
                "--set: write it as NAME=ANSWER, for example topics=backups; 'presets show' prints the names",
            )
        })?;
        if question(name, "--set")?.kind == QuestionKind::Secret {
            return Err(Failure::usage(format!(
                "--set {name}: this is a secret, which other users of this computer could see here; say --secret {name}"
            )));
        }
        answers.insert(name.to_owned(), answer.to_owned());
    }
    let mut missing: BTreeSet<&str> = preset
        .ask
        .iter()
        .filter(|question| question.kind == QuestionKind::Secret && !question.optional)
        .map(|question| question.name.as_str())
        .collect();
    for entry in &from.secrets {
        let (name, file) = entry.split_once('=').map_or((entry.as_str(), None), |(name, file)| (name, Some(file)));
        if question(name, "--secret")?.kind != QuestionKind::Secret {
            return Err(Failure::usage(format!("--secret {name}: this is no secret; say --set {name}=ANSWER")));
        }
        missing.insert(name);
        if let Some(file) = file {
            answers.insert(name.to_owned(), secret::first_line(Path::new(file))?);
        }
    }
    for name in missing {
        if !answers.contains_key(name) {
            let label = question(name, "--secret")?.label.spoken();
            answers.insert(name.to_owned(), secret::ask(&variable(name), &format!("{label}: "))?);
        }
    }
    Ok(answers)
}

/// Where a secret is read from first.
fn variable(name: &str) -> String {
    let variable = format!("STREAMBELL_{}", name.to_uppercase());
    if TAKEN.contains(&variable.as_str()) { variable + "_" } else { variable }
}

/// Of an answer that is refused, what could be said instead.
fn with_what_is_right(refusal: Refusal, preset: &Preset) -> Failure {
    let answer = refusal.message.strip_prefix("answers.").and_then(|rest| rest.split_once(": "));
    let question = answer.and_then(|(name, _)| preset.ask.iter().find(|question| question.name == name));
    let (Some((name, problem)), Some(question)) = (answer, question) else { return refusal.into() };
    if question.kind == QuestionKind::Secret {
        let variable = variable(name);
        return Failure::usage(format!("--secret {name}: {problem} Set {variable}, or say --secret {name}=FILE"));
    }
    let right = match example(question) {
        Some(example) if !problem.contains(&example) => format!(" For example --set {name}={example}"),
        _ => String::new(),
    };
    let options: Vec<_> = question.options.iter().map(|option| option.value.as_str()).collect();
    let right = if options.is_empty() { right } else { format!(" There are: {}", options.join(", ")) };
    Failure::usage(format!("--set {name}: {problem}{right}"))
}

fn example(question: &Question) -> Option<String> {
    let option = || question.options.first().map(|option| option.value.clone());
    question.placeholder.clone().or_else(|| question.default.clone()).or_else(option)
}

fn list(presets: &[Preset]) -> String {
    let widest = presets.iter().map(|preset| preset.id.len()).max().unwrap_or_default();
    let line = |preset: &Preset| {
        let (name, description) = (preset.name.spoken(), preset.description.spoken());
        format!("{:widest$}  {}\n", preset.id, one_line(&format!("{name}: {description}")))
    };
    presets.iter().map(line).collect()
}

/// What a preset asks for, and how a feed of it is added.
fn description(preset: &Preset) -> String {
    let mut text = format!("{}: {}\n", one_line(preset.name.spoken()), one_line(preset.description.spoken()));
    text += &preset.docs.iter().map(|docs| format!("{}\n", one_line(docs))).collect::<String>();
    text.push('\n');
    for question in &preset.ask {
        text += &format!("  {}: {}\n", question.name, one_line(question.label.spoken()));
        let is_secret = question.kind == QuestionKind::Secret;
        let notes = [
            is_secret.then(|| speak!("A secret.", "机密。").to_owned()),
            question.optional.then(|| speak!("May be left out.", "可以省略。").to_owned()),
            question.hint.as_ref().map(|hint| hint.spoken().to_owned()),
            question.wrong.as_ref().map(|right| right.spoken().to_owned()),
            question.default.as_ref().map(|answer| speak!(format!("If not said: {answer}"), format!("默认：{answer}"))),
        ];
        text += &notes.into_iter().flatten().map(|note| format!("      {}\n", one_line(&note))).collect::<String>();
        for option in &question.options {
            let label = option.label.as_ref().map_or("", Phrase::spoken);
            text += &format!("      {}  {}\n", one_line(&option.value), one_line(label));
        }
    }
    let needed = preset.ask.iter().filter(|question| !question.optional && question.default.is_none());
    let options = needed.map(|question| match question.kind {
        QuestionKind::Secret => format!(" --secret {}", question.name),
        _ => format!(" --set {}={}", question.name, one_line(&example(question).unwrap_or_else(|| "…".to_owned()))),
    });
    text + &format!("\n  streambell feeds add --preset {}{}\n", preset.id, options.collect::<String>())
}

/// What others have written has no say over the lines.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
