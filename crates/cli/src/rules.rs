//! `rules`: list, add, edit, preview, remove.

use std::path::Path;

use streambell_engine::model::{Rule, RuleDraft, RuleId, RulePreview};

use crate::{args::Rules, control::Request, failure::Failure, output, program, source};

pub(crate) async fn rules(rules: Rules) -> Result<(), Failure> {
    match rules {
        Rules::List => Ok(output::print_array(program::ask::<Vec<Rule>>(Request::Rules).await?)?),
        Rules::Add { rule } => {
            let draft = draft(&rule)?;
            Ok(output::print(&program::ask::<Rule>(Request::AddRule { draft }).await?)?)
        }
        Rules::Edit { id, rule } => {
            let request = Request::UpdateRule { rule: RuleId(id), draft: draft(&rule)? };
            Ok(output::print(&program::ask::<Rule>(request).await?)?)
        }
        Rules::Preview { rule, since } => {
            let draft = draft(&rule)?;
            Ok(output::print(&program::ask::<RulePreview>(Request::PreviewRule { draft, since }).await?)?)
        }
        Rules::Remove { rule } => program::ask(Request::RemoveRule { rule: RuleId(rule) }).await,
    }
}

/// JSON, or a file that holds it.
fn draft(rule: &str) -> Result<RuleDraft, Failure> {
    let text = if rule.trim_start().starts_with('{') { rule.to_owned() } else { source::read(Path::new(rule))? };
    serde_json::from_str(&text).map_err(|error| {
        Failure::failed(format!(
            "This is not a rule ({error}). Write it like {}; nothing was changed.",
            r#"{"name":"High","feed":"btc","when":{"value":{"crosses_above":60000}}}"#
        ))
    })
}
