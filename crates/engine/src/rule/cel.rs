//! `{"cel":"value > 100.5 && data.status != 'draft'"}`: an expression of the Common Expression Language
//! (<https://github.com/google/cel-spec>), for what the other conditions cannot say.
//!
//! Its work is bounded: by the length of the expression, by the size of the data it is shown, and because it may look
//! at all elements of a list, but not for each of them at all elements of another.

use std::{any::Any, cmp::Ordering, sync::Arc, sync::LazyLock};

use ::cel::{
    Context, Env, ExecutionError, Program, Value,
    common::{
        ast::{EntryExpr, Expr, IdedExpr},
        traits::{Adder, Comparer, Divider, Multiplier, Subtractor},
        types::{CelDouble, CelInt, CelString, CelUInt, Type},
        value::{CowVal, StaticVal, Val},
    },
    to_value,
};
use rust_decimal::Decimal;

use super::{Seen, tree::Test};
use crate::EngineError;
use crate::speak;

const MAX_LENGTH: usize = 1000;
/// An event with more data than this does not meet the condition.
const MAX_DATA: usize = 64 * 1024;
const NAMES: [&str; 11] =
    ["event", "id", "data", "title", "body", "value", "unit", "progress", "total", "priority", "key"];

static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

pub(super) struct Compiled {
    program: Program,
    expression: String,
}

impl Compiled {
    pub(super) fn new(expression: &str, at: &str) -> Result<Self, EngineError> {
        let wrong = |problem: String| EngineError::invalid(at, problem);
        let expression = expression.trim();
        if expression.is_empty() || expression.len() > MAX_LENGTH {
            return Err(wrong(speak!(
                format!("Write an expression of at most {MAX_LENGTH} bytes, for example: value > 100.5"),
                format!("请写一个不超过 {MAX_LENGTH} 字节的表达式，例如：value > 100.5")
            )));
        }
        let program = ENV.compile(expression).map_err(|error| {
            wrong(speak!(format!("This is no expression of the Common Expression Language: {error}. An example of one: value > 100.5 && data.status == 'open'"), format!("这不是 CEL 表达式（{error}）。示例：value > 100.5 && data.status == 'open'")))
        })?;
        look_at(program.expression(), &mut Vec::new()).map_err(wrong)?;
        Ok(Self { program, expression: expression.to_owned() })
    }
}

/// Looks for what an expression must not have. `bound` are the names that the lists around it have given to their
/// elements.
fn look_at<'e>(expression: &'e IdedExpr, bound: &mut Vec<&'e str>) -> Result<(), String> {
    match &expression.expr {
        Expr::Ident(name) if !NAMES.contains(&name.as_str()) && !bound.contains(&name.as_str()) => Err(speak!(
            format!("There is no '{name}'. There are: {}.", NAMES.join(", ")),
            format!("没有“{name}”。可用的有：{}。", NAMES.join(", "))
        )),
        Expr::Comprehension(list) => {
            look_at(&list.iter_range, bound)?;
            if !bound.is_empty() {
                return Err(
                    speak!("all, exists, filter and map cannot stand inside each other here: an event with long lists would take too long.", "all、exists、filter 和 map 在这里不能互相嵌套：含有长列表的事件会耗时过久。").into(),
                );
            }
            bound.extend([list.iter_var.as_str(), list.accu_var.as_str()]);
            bound.extend(list.iter_var2.as_deref());
            for part in [&list.accu_init, &list.loop_cond, &list.loop_step, &list.result] {
                look_at(part, bound)?;
            }
            bound.clear();
            Ok(())
        }
        Expr::Call(call) => {
            call.target.as_deref().into_iter().chain(&call.args).try_for_each(|part| look_at(part, bound))
        }
        Expr::Select(select) => look_at(&select.operand, bound),
        Expr::List(list) => list.elements.iter().try_for_each(|part| look_at(part, bound)),
        Expr::Map(map) => map.entries.iter().try_for_each(|entry| look_at_entry(&entry.expr, bound)),
        Expr::Struct(structure) => structure.entries.iter().try_for_each(|entry| look_at_entry(&entry.expr, bound)),
        _ => Ok(()),
    }
}

fn look_at_entry<'e>(entry: &'e EntryExpr, bound: &mut Vec<&'e str>) -> Result<(), String> {
    match entry {
        EntryExpr::MapEntry(entry) => {
            look_at(&entry.key, bound)?;
            look_at(&entry.value, bound)
        }
        EntryExpr::StructField(entry) => look_at(&entry.value, bound),
    }
}

impl Test for Compiled {
    fn is_met_by(&self, seen: &Seen<'_>) -> bool {
        if seen.event.data.len() > MAX_DATA {
            return false;
        }
        let (event, reading) = (seen.event, seen.reading());
        let mut context = Context::with_env(ENV.clone());
        let mut text = |name: &str, text: Option<&str>| match text {
            Some(text) => context.add_variable_as_val(name, Box::new(CelString::from(text.to_owned()))),
            None => context.add_variable_from_value(name, Value::Null),
        };
        text("event", Some(&event.event));
        text("id", Some(&event.id));
        text("title", reading.title.as_deref());
        text("body", reading.body.as_deref());
        text("unit", reading.unit.as_deref());
        text("key", reading.key.as_deref());
        let data = match seen.json() {
            Some(json) => to_value(json).unwrap_or(Value::Null),
            None => Value::from(&*event.data),
        };
        context.add_variable_from_value("data", data);
        let float = |number: Option<f64>| number.map_or(Value::Null, Value::Float);
        context.add_variable_from_value("progress", float(reading.progress));
        context.add_variable_from_value("total", float(reading.total));
        let priority = reading.priority.map_or(Value::Null, |priority| Value::Int(priority.into()));
        context.add_variable_from_value("priority", priority);
        match reading.value {
            Some(value) => context.add_variable_as_val("value", Box::new(Exact(value))),
            None => context.add_variable_from_value("value", Value::Null),
        }
        // What cannot be computed, because a field is missing or of another kind, is not true.
        self.program.execute(&context) == Ok(Value::Bool(true))
    }

    fn describe(&self) -> String {
        self.expression.clone()
    }
}

/// A decimal in an expression: compared and computed exactly, also with the numbers that are written in it.
#[derive(Debug, Clone, Copy)]
struct Exact(Decimal);

static EXACT: Type = Type::new_unspecified_type("decimal");

impl Exact {
    /// The other side of an operator, if it is a number.
    fn number(other: &dyn Val) -> Option<Decimal> {
        if let Some(exact) = other.downcast_ref::<Self>() {
            Some(exact.0)
        } else if let Some(int) = other.downcast_ref::<CelInt>() {
            Some((*int.inner()).into())
        } else if let Some(uint) = other.downcast_ref::<CelUInt>() {
            Some((*uint.inner()).into())
        } else {
            // The shortest text of a float is what was written.
            other.downcast_ref::<CelDouble>()?.inner().to_string().parse().ok()
        }
    }

    fn compute<'b, 'v>(
        self,
        name: &'static str,
        other: &dyn Val,
        compute: impl Fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Result<CowVal<'b, 'v>, ExecutionError> {
        let result = Self::number(other).and_then(|other| compute(self.0, other));
        let failed = || ExecutionError::function_error(name, "no such number");
        Ok(CowVal::owned(Self(result.ok_or_else(failed)?)))
    }
}

impl Val for Exact {
    fn get_type(&self) -> &Type {
        <Self as Val>::cel_type()
    }

    fn cel_type() -> &'static Type {
        &EXACT
    }

    fn equals(&self, other: &dyn Val) -> bool {
        Self::number(other) == Some(self.0)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn as_comparer(&self) -> Option<&dyn Comparer> {
        Some(self)
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_subtractor<'b, 'v>(&'b self) -> Option<&'b (dyn Subtractor + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_multiplier<'b, 'v>(&'b self) -> Option<&'b (dyn Multiplier + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_divider<'b, 'v>(&'b self) -> Option<&'b (dyn Divider + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }
}

impl StaticVal for Exact {}

impl Comparer for Exact {
    fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
        let other = Self::number(other).ok_or_else(|| ExecutionError::function_error("compare", "not a number"))?;
        Ok(self.0.cmp(&other))
    }
}

impl Adder for Exact {
    fn add<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.compute("+", other, Decimal::checked_add)
    }
}

impl Subtractor for Exact {
    fn sub<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.compute("-", other, Decimal::checked_sub)
    }
}

impl Multiplier for Exact {
    fn mul<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.compute("*", other, Decimal::checked_mul)
    }
}

impl Divider for Exact {
    fn div<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.compute("/", other, Decimal::checked_div)
    }
}
