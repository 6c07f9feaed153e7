//! The loop: select -> update -> effects -> draw.
//!
//! Owns the order of events. Nothing is drawn unless something changed; input has priority.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crossterm::event::EventStream;
use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::engine::Engine;
use crate::io::store::view_state::ViewState;
use crate::tui::background::Listener;
use crate::tui::clipboard::Copier;
use crate::tui::disk::{self, Disk};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect};
use crate::tui::model::Model;
use crate::tui::msg::Msg;
use crate::tui::opening::{Opening, Options};
use crate::tui::runner::Runner;
use crate::tui::signals::Signals;
use crate::tui::terminal::{Guard, Screen};
use crate::tui::update::update;
use crate::tui::{external, input, terminal, view, wording};

/// Messages queued for the screen; when there are more, their senders wait.
const MESSAGES: usize = 64;
/// The most messages handled before a frame is drawn.
const BATCH: usize = 32;

/// Runs the screen until the user leaves it.
///
/// # Errors
/// If there is no terminal, or if it can't be initialized or drawn on.
pub fn run(options: Options) -> io::Result<()> {
    terminal::check()?;
    // The first frame needs no thread, so it doesn't wait for one.
    let opening = Opening::new(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(async { Loop::start(opening).run().await });
    // A task that is still waiting for a socket must not keep the program running.
    runtime.shutdown_background();
    done
}

struct Loop {
    model: Model,
    /// Dropped before the disk, which waits for its thread: the thread must not be waiting for the
    /// screen.
    msgs: mpsc::Receiver<Msg>,
    runner: Runner,
    disk: Disk,
    engine: Engine,
    guard: Guard,
    screen: Screen,
    copier: Copier,
    /// The first messages.
    first: VecDeque<Msg>,
    leave: Arc<AtomicBool>,
    /// Waits for what the terminal says of its background.
    listener: Listener,
    /// How the workspace was left the last time; `None` where nothing is remembered.
    left_as: Option<ViewState>,
    /// When the user's patience with the disk ends, from the moment in which they want to leave.
    leave_by: Option<Instant>,
}

impl Loop {
    /// Starts what runs in parallel to the screen.
    fn start(opening: Opening) -> Self {
        let Opening { model, engine, guard, screen, cache, data, config_place, left_as, later, leave } =
            opening;
        let (sender, msgs) = mpsc::channel(MESSAGES);
        let disk = Disk::start(Arc::clone(&cache), data.as_deref(), sender.clone());
        disk::start_watching(model.workspace.root.clone(), config_place, sender.clone());
        let runner = Runner::new(engine.clone(), cache, sender);
        runner.keep_fresh();
        let (copier, first) = (Copier::default(), VecDeque::new());
        let leave_by = None;
        let listener = if model.theme_is_guess { Listener::Asked } else { Listener::Idle };
        let mut this = Self {
            model,
            runner,
            disk,
            engine,
            guard,
            screen,
            copier,
            msgs,
            first,
            leave,
            listener,
            left_as,
            leave_by,
        };
        for effect in later {
            this.start_effect(effect);
        }
        this
    }

    async fn run(mut self) -> io::Result<()> {
        let mut signals = Signals::new()?;
        if self.leave.load(Ordering::Relaxed) {
            self.first.push_back(Msg::Terminate);
        }
        let mut events = EventStream::new();
        // A terminal whose size changed while it was opened hasn't said so. One that is gone says it
        // with the next event.
        if let Ok((width, height)) = crossterm::terminal::size()
            && (width, height) != self.model.size
        {
            self.first.push_back(Msg::Resize(width, height));
        }
        loop {
            if self.may_leave() {
                return self.leave();
            }
            let msg = match self.first.pop_front() {
                Some(msg) => msg,
                None => match self.next(&mut events, &mut signals).await? {
                    Some(msg) => msg,
                    None => continue,
                },
            };
            let mut edited = self.update(msg);
            for _ in 0..BATCH {
                let Some(msg) = self.first.pop_front().or_else(|| self.msgs.try_recv().ok()) else { break };
                edited |= self.update(msg);
            }
            if edited {
                // The editor had the terminal: its leftovers must not be taken for input.
                events = EventStream::new();
                // A key that interrupted the editor was not for us.
                signals.forget_interrupts()?;
                terminal::clear(&mut self.screen)?;
                let (width, height) = crossterm::terminal::size()?;
                self.update(Msg::Resize(width, height));
            }
            // A terminal that has hung up can't be drawn on any more.
            if !self.may_leave() {
                self.draw()?;
            }
        }
    }

    /// True when nothing is left to wait for, or nothing that is worth more than the user's patience.
    fn may_leave(&mut self) -> bool {
        if !self.model.waiting.is_leaving() {
            self.leave_by = None;
            return false;
        }
        let now = Instant::now();
        let by = *self.leave_by.get_or_insert(now + disk::PATIENCE);
        self.model.waiting.may_leave() || by <= now
    }

    /// Waits for what is on its way to the disk, as far as there is time for it.
    fn leave(self) -> io::Result<()> {
        let Self { msgs, disk, leave_by, model, left_as, .. } = self;
        let state = model.view_state();
        if left_as.is_some_and(|before| before != state) {
            disk.ask(DiskEffect::Remember(state));
        }
        // The disk's thread must not wait for the screen any more.
        drop(msgs);
        disk.finish(leave_by.unwrap_or_else(|| Instant::now() + disk::PATIENCE))
    }

    /// The next thing that happens. `None` for what does not matter.
    async fn next(&mut self, events: &mut EventStream, signals: &mut Signals) -> io::Result<Option<Msg>> {
        let wait = self.model.next_change();
        let leave = self.leave_by.map(|by| by.saturating_duration_since(Instant::now()));
        tokio::select! {
            biased;
            event = events.next() => match event {
                Some(Ok(event)) => Ok(input::translate(event, &mut self.listener)),
                // The terminal is gone.
                Some(Err(_)) | None => Ok(Some(Msg::Terminate)),
            },
            () = signals.terminate() => Ok(Some(Msg::Terminate)),
            msg = self.msgs.recv() => Ok(msg),
            () = self.engine.wait(wait.unwrap_or_default()), if wait.is_some() => Ok(Some(Msg::Tick)),
            () = tokio::time::sleep(leave.unwrap_or_default()), if leave.is_some() => Ok(None),
        }
    }

    /// Handles a message and starts its effects. Returns whether an editor had the terminal.
    fn update(&mut self, msg: Msg) -> bool {
        #[cfg(debug_assertions)]
        panic_where_asked(&msg);
        let mut edited = false;
        for effect in update(&mut self.model, msg, self.engine.now()) {
            edited |= self.start_effect(effect);
        }
        edited
    }

    /// Passes an effect to whoever carries it out. Returns whether an editor had the terminal.
    fn start_effect(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Screen(effect) => return self.on_screen(effect),
            Effect::Task(effect) => self.first.extend(self.runner.start(effect)),
            Effect::Disk(effect) => self.disk.ask(effect),
        }
        false
    }

    /// Carries out what needs the terminal. Returns whether an editor had it.
    fn on_screen(&mut self, effect: ScreenEffect) -> bool {
        let editor = self.model.config.behavior.editor.clone();
        match effect {
            ScreenEffect::Copy { text, what } => {
                let done = self.copy(&text, &what);
                self.first.push_back(done);
                return false;
            }
            ScreenEffect::Edit { field, text, extension } => {
                let text = self.outside(|| external::edit_text(&editor, &text, extension));
                self.first.push_back(Msg::Edited { field, text });
            }
            ScreenEffect::EditWorkspaceFile { file } => {
                let file = self.model.workspace.root.join(file);
                match self.outside(|| external::edit_file(&editor, &file)) {
                    Ok(()) => self.disk.ask(DiskEffect::List),
                    Err(problem) => self.first.push_back(Msg::Failed(problem)),
                }
            }
            ScreenEffect::EditFile { path, environment } => {
                let file = self.model.workspace.root.join(&*path);
                match self.outside(|| external::edit_file(&editor, &file)) {
                    Ok(()) => {
                        self.disk.ask(DiskEffect::List);
                        self.disk.ask(DiskEffect::Open { path, environment });
                    }
                    Err(problem) => self.first.push_back(Msg::Failed(problem)),
                }
            }
        }
        true
    }

    /// Runs something while another program has the terminal.
    fn outside<T>(&mut self, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        self.guard.suspend();
        let done = work();
        self.guard
            .resume()
            .map_err(|error| format!("couldn't restore the screen after the editor: {error}"))?;
        done
    }

    fn copy(&mut self, text: &str, what: &str) -> Msg {
        match self.copier.copy(self.model.config.behavior.clipboard, text) {
            Ok(done) => Msg::Done(format!("{what}: {done}")),
            Err(why) => {
                let why = wording::not_copied(&self.model, &why);
                Msg::Failed(format!("{what}: not copied, {why}"))
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        let model = &self.model;
        terminal::fit(&mut self.screen, model.size)?;
        self.screen.draw(|frame| view::draw(model, frame))?;
        Ok(())
    }
}

/// Tests check what a panic does to the terminal, and nothing else here panics.
#[cfg(debug_assertions)]
fn panic_where_asked(msg: &Msg) {
    let last = matches!(msg, Msg::Key(key) if key.code == crate::config::key::KeyCode::F(12));
    assert!(!last || std::env::var_os("SIGNPOST_TEST_PANIC").is_none(), "asked to by SIGNPOST_TEST_PANIC");
}
