//! Requests about rules and alerts.

use super::{Actor, announce};
use crate::{
    EngineError, draft,
    model::{Alert, AlertId, AlertState, Change, Rule, RuleDraft, RuleId},
    rule::Evaluator,
    speak, store,
};

impl Actor {
    pub(crate) fn list_rules(&self) -> Vec<Rule> {
        self.rules.iter().map(|evaluator| evaluator.rule.clone()).collect()
    }

    /// Adds a rule.
    pub(crate) async fn add_rule(&mut self, draft: RuleDraft) -> Result<Rule, EngineError> {
        let rule = draft::rule(draft, |id| self.rules.position(&RuleId(id.to_owned())).is_some())?;
        let evaluator = self.compile(rule.clone())?;
        let stored = rule.clone();
        self.store.write(move |connection| store::rules::upsert(connection, &stored, true)).await?;
        self.rules.push(evaluator);
        self.follow_feeds();
        self.tell_rules();
        Ok(rule)
    }

    /// Changes a rule; one whose conditions changed begins anew.
    pub(crate) async fn update_rule(&mut self, id: RuleId, draft: RuleDraft) -> Result<Rule, EngineError> {
        let index = self.rule_index(&id)?;
        let rule = draft::rule(RuleDraft { id: Some(id.clone()), ..draft }, |_| false)?;
        let mut evaluator = self.compile(rule.clone())?;
        let conditions = |rule: &Rule| (rule.when.clone(), rule.until.clone(), rule.hold, rule.per);
        let anew = conditions(&self.rules.get(index).rule) != conditions(&rule);
        let stored = rule.clone();
        self.store.write(move |connection| store::rules::upsert(connection, &stored, anew)).await?;
        if anew {
            evaluator.look_back(self.rules.get(index));
        } else {
            evaluator.take_memory(self.rules.get_mut(index));
        }
        self.rules.replace(index, evaluator);
        self.follow_feeds();
        if anew {
            self.resolve_alerts(|alert| alert.rule.as_ref() == Some(&id)).await;
        }
        self.tell_rules();
        Ok(rule)
    }

    /// Removes a rule; its alerts are over.
    pub(crate) async fn remove_rule(&mut self, id: RuleId) -> Result<(), EngineError> {
        let index = self.rule_index(&id)?;
        let gone = id.clone();
        self.store.write(move |connection| store::rules::remove(connection, &gone)).await?;
        self.rules.remove(index);
        self.follow_feeds();
        self.resolve_alerts(|alert| alert.rule.as_ref() == Some(&id)).await;
        self.tell_rules();
        Ok(())
    }

    /// The user knows of an alert.
    pub(crate) async fn acknowledge(&mut self, id: AlertId) -> Result<(), EngineError> {
        let mut alert = self.alert(id).await?;
        if alert.state == AlertState::Firing {
            alert.state = AlertState::Acknowledged;
        }
        self.store_read(&mut alert, true).await?;
        if let Some((place, open)) = self.open_alerts.iter_mut().find(|(_, open)| open.id == id) {
            *open = alert.clone();
            self.bell.withdraw(&announce::tag(&alert, Some(place)));
        }
        self.refresh_down(&alert);
        self.tell_alert(alert);
        Ok(())
    }

    /// The user says that an alert is over. Its rule rings again when its condition has ended and holds anew.
    pub(crate) async fn resolve_alert(&mut self, id: AlertId) -> Result<(), EngineError> {
        let mut alert = self.alert(id).await?;
        if alert.state == AlertState::Resolved {
            return Ok(());
        }
        announce::resolve(&mut alert, self.clock.now());
        self.store_read(&mut alert, true).await?;
        let place = self.open_alerts.iter().find(|(_, open)| open.id == id).map(|(place, _)| place.clone());
        if let Some(place) = place {
            self.open_alerts.remove(&place);
            self.bell.over(&announce::tag(&alert, Some(&place)));
        }
        self.refresh_down(&alert);
        self.tell_alert(alert);
        Ok(())
    }

    /// The user has seen an alert, or wants to look at it again.
    pub(crate) async fn read_alert(&mut self, id: AlertId, read: bool) -> Result<(), EngineError> {
        let mut alert = self.alert(id).await?;
        self.store_read(&mut alert, read).await?;
        let of_feeds = self.feeds.iter_mut().filter_map(|kept| kept.down.as_mut()?.alert.as_mut());
        let known = self.open_alerts.values_mut().chain(of_feeds).filter(|known| known.id == id);
        known.for_each(|known| known.read = read);
        self.tell_alert(alert);
        Ok(())
    }

    async fn alert(&self, id: AlertId) -> Result<Alert, EngineError> {
        let found = self.store.write(move |connection| store::alerts::one(connection, id)).await?;
        found.ok_or_else(|| EngineError::NotFound(speak!(format!("Alert {id}"), format!("提醒 {id}"))))
    }

    async fn store_read(&mut self, alert: &mut Alert, read: bool) -> Result<(), EngineError> {
        let was = std::mem::replace(&mut alert.read, read);
        let stored = alert.clone();
        self.store.write(move |connection| store::alerts::upsert(connection, &stored)).await?;
        self.unread_alerts = match (was, read) {
            (true, false) => self.unread_alerts + 1,
            (false, true) => self.unread_alerts.saturating_sub(1),
            _ => self.unread_alerts,
        };
        Ok(())
    }

    /// An alert that tells of a lost connection stands with its feed.
    fn refresh_down(&mut self, alert: &Alert) {
        let told = self.feeds.iter_mut().filter_map(|kept| kept.down.as_mut()?.alert.as_mut());
        for known in told.filter(|known| known.id == alert.id) {
            known.clone_from(alert);
            self.bell.withdraw(&announce::tag(alert, None));
        }
    }

    /// The user knows of all alerts that fire.
    pub(crate) async fn acknowledge_all(&mut self) -> Result<(), EngineError> {
        let firing = self.store.write(|connection| store::alerts::firing(connection)).await?;
        for id in firing {
            self.acknowledge(id).await?;
        }
        Ok(())
    }

    /// The user has seen all alerts.
    pub(crate) async fn read_alerts(&mut self) -> Result<(), EngineError> {
        self.store.write(|connection| store::alerts::read_all(connection)).await?;
        self.unread_alerts = 0;
        self.live.clear();
        let of_feeds = self.feeds.iter_mut().filter_map(|kept| kept.down.as_mut()?.alert.as_mut());
        self.open_alerts.values_mut().chain(of_feeds).for_each(|alert| alert.read = true);
        self.tell(|| Change::AlertsRead);
        Ok(())
    }

    /// Compiles a rule and checks that its feeds exist.
    pub(crate) fn compile(&self, rule: Rule) -> Result<Evaluator, EngineError> {
        for feed in &rule.feeds {
            self.index(feed)?;
        }
        Evaluator::new(rule)
    }

    pub(crate) fn rule_index(&self, id: &RuleId) -> Result<usize, EngineError> {
        self.rules.position(id).ok_or_else(|| EngineError::NoSuchRule(id.0.clone()))
    }

    fn tell_rules(&self) {
        self.tell(|| Change::Rules { rules: self.list_rules() });
    }

    fn tell_alert(&self, alert: Alert) {
        self.tell(|| Change::Alert { alert, unread: self.unread_alerts });
    }
}
