//! `{"progress":{"reaches_percent":100}}`, `{"progress":{"stalls_for":"5m"}}`: how far a job has come.

use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{
    Seen,
    tree::{Leaf, Memory as AnyMemory},
};
use crate::{
    EngineError,
    mapping::display_decimal,
    model::{Level, Millis, ProgressCondition, Reading, Span, State},
    speak,
};

pub(super) fn compile(condition: &ProgressCondition, at: &str) -> Result<Box<dyn Leaf>, EngineError> {
    match (condition.reaches_percent, condition.stalls_for) {
        (Some(Level(percent)), None) => Ok(Box::new(Reach { percent })),
        (None, Some(span)) => Ok(Box::new(Stall { span })),
        _ => Err(EngineError::invalid(
            at,
            speak!("Give either reaches_percent or stalls_for.", "请只填写 reaches_percent 或 stalls_for 之一。"),
        )),
    }
}

/// In percent of the total; one that is not sent is a hundred.
fn percent(reading: &Reading) -> Option<Decimal> {
    let progress = Decimal::from_f64(reading.progress?)?;
    let total = reading.total.and_then(Decimal::from_f64).filter(|total| *total > Decimal::ZERO);
    match total {
        Some(total) => progress.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(total),
        None => Some(progress),
    }
}

struct Reach {
    percent: Decimal,
}

impl Leaf for Reach {
    fn begin(&self, _at: Millis) -> AnyMemory {
        AnyMemory::Truth(false)
    }

    fn observe(&self, memory: &mut AnyMemory, seen: &Seen<'_>) {
        let reading = seen.reading();
        if reading.state == Some(State::Done) {
            *memory = AnyMemory::Truth(true);
        } else if let Some(percent) = percent(reading) {
            *memory = AnyMemory::Truth(percent >= self.percent);
        }
    }

    fn holds(&self, memory: &AnyMemory, _now: Millis) -> bool {
        matches!(memory, AnyMemory::Truth(true))
    }

    fn describe(&self) -> String {
        let percent = display_decimal(self.percent);
        speak!(format!("{percent} % reached"), format!("达到 {percent} %"))
    }
}

struct Stall {
    span: Span,
}

/// The job's progress, and since when it has not grown; `None`: it has not begun, or has ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory(Option<(Decimal, Millis)>);

impl Leaf for Stall {
    fn begin(&self, _at: Millis) -> AnyMemory {
        AnyMemory::Stall(Memory::default())
    }

    fn observe(&self, memory: &mut AnyMemory, seen: &Seen<'_>) {
        let AnyMemory::Stall(Memory(running)) = memory else { return };
        let reading = seen.reading();
        if matches!(reading.state, Some(State::Done | State::Failed | State::Removed)) {
            *running = None;
        } else if let Some(percent) = percent(reading)
            && running.is_none_or(|(before, _)| before != percent)
        {
            *running = Some((percent, seen.event.at));
        }
    }

    fn holds(&self, memory: &AnyMemory, now: Millis) -> bool {
        matches!(memory, AnyMemory::Stall(Memory(Some((_, since)))) if now - since >= self.span.millis())
    }

    fn due(&self, memory: &AnyMemory, now: Millis) -> Option<Millis> {
        let AnyMemory::Stall(Memory(Some((_, since)))) = memory else { return None };
        Some(since + self.span.millis()).filter(|due| *due > now)
    }

    fn window(&self) -> Millis {
        self.span.millis()
    }

    fn describe(&self) -> String {
        speak!(format!("no further for {}", self.span), format!("{} 内没有进展", self.span))
    }
}
