//! Rules.

use streambell_engine::{
    Engine,
    model::{Rule, RuleDraft, RuleId, RulePreview},
};
use tauri::State;

use super::Answer;

#[tauri::command]
pub(crate) async fn add_rule(engine: State<'_, Engine>, draft: RuleDraft) -> Answer<Rule> {
    Ok(engine.add_rule(draft).await?)
}

#[tauri::command]
pub(crate) async fn preview_rule(engine: State<'_, Engine>, draft: RuleDraft) -> Answer<RulePreview> {
    Ok(engine.preview_rule(draft, None).await?)
}

#[tauri::command]
pub(crate) async fn update_rule(engine: State<'_, Engine>, rule: RuleId, draft: RuleDraft) -> Answer<Rule> {
    Ok(engine.update_rule(rule, draft).await?)
}

#[tauri::command]
pub(crate) async fn remove_rule(engine: State<'_, Engine>, rule: RuleId) -> Answer<()> {
    Ok(engine.remove_rule(rule).await?)
}
