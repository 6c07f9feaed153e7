//! Handles on running work: its events, and commands for it.
//!
//! Owns questions and their answers, and cancelling. Refuses to know what the work is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::core::credential::Credential;
use crate::core::exchange::{Event, Problem};
use crate::core::question::{Answer, Asked, Question, QuestionId};

/// Events that wait for their reader; beyond them the socket waits.
const EVENTS: usize = 8;

/// Commands that wait to be handled.
const COMMANDS: usize = 8;

/// Commands for a running send.
#[derive(Debug)]
pub enum Command {
    /// The answer to [`Event::Ask`] or [`Renewal::Ask`].
    Answer {
        /// The question's.
        id: QuestionId,
        /// What is answered.
        answer: Answer,
    },
    /// Stop, close the socket, and report that.
    Cancel,
}

/// Running work. Dropping the handle cancels the work and closes its socket.
#[derive(Debug)]
pub struct Handle<E> {
    /// What happens, in order. It ends without a last event only where the work ended in a bug.
    pub events: mpsc::Receiver<E>,
    /// Commands for the work, which handles them until its last event.
    pub commands: mpsc::Sender<Command>,
    _task: AbortOnDrop,
}

/// A send under way; its last event is [`Event::End`].
pub type SendHandle = Handle<Event>;

/// A renewal under way; its last event is [`Renewal::Done`].
pub type RenewHandle = Handle<Renewal>;

/// What a renewal reports.
#[derive(Debug)]
pub enum Renewal {
    /// A question has to be answered before the renewal goes on.
    Ask(Asked),
    /// It is over; `Err` without a problem where it was cancelled.
    Done(Result<Credential, Vec<Problem>>),
}

impl From<Asked> for Renewal {
    fn from(asked: Asked) -> Self {
        Self::Ask(asked)
    }
}

#[derive(Debug)]
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<E: Send + 'static> Handle<E> {
    /// Starts work in a task of the running runtime. What the work gives is its last event; where it
    /// is cancelled that is `cancelled`.
    pub(crate) fn start<W>(cancelled: E, work: impl FnOnce(Reports<E>) -> W) -> Self
    where
        W: Future<Output = E> + Send + 'static,
    {
        let (sender, events) = mpsc::channel(EVENTS);
        let (commands, received) = mpsc::channel(COMMANDS);
        let questions = Arc::new(Questions::default());
        let work = work(Reports { events: sender.clone(), questions: Arc::clone(&questions) });
        let task = tokio::spawn(async move {
            let last = tokio::select! {
                last = work => last,
                () = obey(received, &questions) => cancelled,
            };
            // A receiver that is gone has cancelled.
            let _ = sender.send(last).await;
        });
        Self { events, commands, _task: AbortOnDrop(task.abort_handle()) }
    }
}

/// Ends when the work is to be cancelled.
async fn obey(mut commands: mpsc::Receiver<Command>, questions: &Questions) {
    while let Some(command) = commands.recv().await {
        match command {
            Command::Answer { id, answer } => questions.answer(id, answer),
            Command::Cancel => return,
        }
    }
    // No more commands can come; the work continues.
    std::future::pending().await
}

/// How work reports and asks.
pub(crate) struct Reports<E> {
    pub(super) events: mpsc::Sender<E>,
    questions: Arc<Questions>,
}

impl<E> Reports<E> {
    /// Reports an event; waits while the reader is behind.
    pub(super) async fn report(&self, event: E) {
        // A receiver that is gone has cancelled; the task that runs this is dropped with it.
        let _ = self.events.send(event).await;
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask(&self, question: Question) -> Answer
    where
        E: From<Asked>,
    {
        let started = Instant::now();
        let (id, answer) = self.questions.open();
        self.report(Asked { id, question }.into()).await;
        let answer = answer.await;
        self.waited(started);
        answer.unwrap_or_else(|_| Answer::Declined {
            message: "the question was not answered".to_owned(),
            hint: String::new(),
        })
    }

    /// Time that went by since then while somebody was asked: it counts for no limit.
    pub(super) fn waited(&self, since: Instant) {
        self.questions.state().waited += since.elapsed();
    }

    /// The time that questions have taken so far; none if nothing was asked.
    pub(super) fn asked(&self) -> Option<Duration> {
        Some(self.questions.state().waited).filter(|waited| !waited.is_zero())
    }

    /// A limit, later by the time that was spent on questions.
    pub(super) fn extended(&self, deadline: Option<Instant>) -> Option<Instant> {
        deadline.and_then(|deadline| deadline.checked_add(self.questions.state().waited))
    }
}

/// The questions of one piece of work.
#[derive(Default)]
struct Questions(Mutex<QuestionState>);

#[derive(Default)]
struct QuestionState {
    asked: u64,
    open: BTreeMap<QuestionId, oneshot::Sender<Answer>>,
    waited: Duration,
}

impl Questions {
    fn state(&self) -> MutexGuard<'_, QuestionState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> (QuestionId, oneshot::Receiver<Answer>) {
        let (sender, answer) = oneshot::channel();
        let mut state = self.state();
        let id = QuestionId(state.asked);
        state.asked += 1;
        state.open.insert(id, sender);
        (id, answer)
    }

    /// An answer to a question that isn't open is dropped.
    fn answer(&self, id: QuestionId, answer: Answer) {
        if let Some(question) = self.state().open.remove(&id) {
            // Whoever asked may have given up since.
            let _ = question.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credential::Secret;

    fn code(identity: &str) -> Question {
        Question::MfaCode { identity: identity.into(), serial: "device".into() }
    }

    fn text(answer: Answer) -> String {
        match answer {
            Answer::MfaCode(code) => code.expose().to_owned(),
            Answer::GoOn => "go on".to_owned(),
            Answer::Renew | Answer::AsItIs => "about an expired credential".to_owned(),
            Answer::Declined { message, .. } => message,
        }
    }

    enum Test {
        Ask(Asked),
        Last(String),
    }

    impl From<Asked> for Test {
        fn from(asked: Asked) -> Self {
            Self::Ask(asked)
        }
    }

    fn two_questions() -> Handle<Test> {
        Handle::start(Test::Last("cancelled".into()), |reports| async move {
            let (a, b) = tokio::join!(reports.ask(code("a")), reports.ask(code("b")));
            Test::Last(format!("{} {}", text(a), text(b)))
        })
    }

    async fn asked(handle: &mut Handle<Test>) -> Asked {
        match handle.events.recv().await {
            Some(Test::Ask(asked)) => asked,
            Some(Test::Last(_)) | None => panic!("no question"),
        }
    }

    async fn last(handle: &mut Handle<Test>) -> String {
        match handle.events.recv().await {
            Some(Test::Last(last)) => last,
            Some(Test::Ask(_)) | None => panic!("no end"),
        }
    }

    #[tokio::test]
    async fn several_questions_are_open_at_once_and_answered_in_any_order() {
        let mut handle = two_questions();
        let (a, b) = (asked(&mut handle).await, asked(&mut handle).await);
        assert_eq!((a.question, b.question), (code("a"), code("b")));
        for (id, digits) in [(b.id, "222222"), (b.id, "333333"), (a.id, "111111")] {
            let answer = Answer::MfaCode(Secret::new(digits));
            handle.commands.send(Command::Answer { id, answer }).await.unwrap();
        }
        assert_eq!(last(&mut handle).await, "111111 222222");
    }

    #[tokio::test]
    async fn cancelling_ends_it_while_questions_are_open() {
        let mut handle = two_questions();
        asked(&mut handle).await;
        handle.commands.send(Command::Cancel).await.unwrap();
        loop {
            match handle.events.recv().await {
                Some(Test::Ask(_)) => {}
                Some(Test::Last(last)) => break assert_eq!(last, "cancelled"),
                None => panic!("no end"),
            }
        }
        assert!(handle.events.recv().await.is_none());
    }

    #[tokio::test]
    async fn dropping_the_handle_drops_the_work() {
        let (sender, dropped) = oneshot::channel::<()>();
        let handle = Handle::start(Test::Last(String::new()), |_| async move {
            let _held = sender;
            std::future::pending().await
        });
        drop(handle);
        assert!(dropped.await.is_err());
    }
}
