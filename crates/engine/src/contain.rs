//! A panic is a defect of the program's own, and stays where it happens: the step that met it is given up, and all else
//! goes on. The panic itself is told to the log by the program's panic hook; here is what a person is told.
//!
//! Unwinding is caught around one step of a task whose state is its own, and each caller says why that state is whole
//! afterwards: that is what `AssertUnwindSafe` asserts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

use crate::{model::Reason, speak};

/// What codes of statuses, notices and errors say of a panic.
pub(crate) const CODE: &str = "internal_error";

/// Does one thing; `None`: it panicked.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// As [`contained`], of what takes time.
pub(crate) async fn contained_task<T>(work: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(work).catch_unwind().await.ok()
}

/// Why a feed is stopped.
pub(crate) fn of_feed() -> Reason {
    told(speak!(
        "Streambell met an error of its own at this feed and stopped it; other feeds go on. Choose 'Retry now' to go on with what comes next. If it stops again, please report it with what the log says ('streambell log' tells where that is).",
        "Streambell 在处理该订阅源时遇到自身的错误，已将其停止；其他订阅源不受影响。选择“立即重试”可继续接收之后的内容。如果再次停止，请附上日志报告此问题（“streambell log”会告诉您日志的位置）。"
    ))
}

/// What the user is told of a step that was given up.
#[must_use]
pub fn internal_error() -> Reason {
    told(speak!(
        "Streambell met an error of its own and goes on without what it was doing. Please report it with what the log says ('streambell log' tells where that is).",
        "Streambell 遇到自身的错误，已放弃当时的操作并继续运行。请附上日志报告此问题（“streambell log”会告诉您日志的位置）。"
    ))
}

/// Why a request is not carried out.
pub(crate) fn of_request() -> &'static str {
    speak!(
        "Streambell met an error of its own at this; it may be done in part, and all else goes on. Please report it with what the log says ('streambell log' tells where that is).",
        "Streambell 在此操作中遇到自身的错误；操作可能只完成了一部分，其他功能不受影响。请附上日志报告此问题（“streambell log”会告诉您日志的位置）。"
    )
}

/// What the user is told of events that cannot be stored, however often it is tried.
pub(crate) fn of_history() -> Reason {
    told(speak!(
        "Streambell met an error of its own at storing some events, and left them out of the history. Please report it with what the log says ('streambell log' tells where that is).",
        "Streambell 在保存部分事件时遇到自身的错误，历史中不包含这些事件。请附上日志报告此问题（“streambell log”会告诉您日志的位置）。"
    ))
}

/// Why nothing is subscribed to any more.
pub(crate) fn of_store() -> Reason {
    told(speak!(
        "The part of Streambell that keeps the history has ended, so all feeds are stopped. Restart Streambell, and please report it with what the log says ('streambell log' tells where that is).",
        "Streambell 中负责保存历史的部分已经结束，因此所有订阅源都已停止。请重新启动 Streambell，并附上日志报告此问题（“streambell log”会告诉您日志的位置）。"
    ))
}

fn told(message: &str) -> Reason {
    Reason { code: CODE.into(), message: message.into() }
}
