//! `signpost demo`: the local cloud and the screen in one program.
//!
//! Owns joining the two: credentials expire by the cloud's clock on the
//! screen, and the demo's secrets stay in memory.

use std::io;
use std::sync::Arc;

use signpost::cli::demo::{DemoArgs, keep};
use signpost::config::command::Command;
use signpost::config::keymap::Keymap;
use signpost::core::trust::Trust;
use signpost::engine::Engine;
use signpost::io::store::config_file::LoadedConfig;
use signpost::io::store::secrets::SecretStore;
use signpost::io::transport::TransportSettings;
use signpost::tui;

/// Starts the cloud and opens the screen on its workspace.
///
/// # Errors
/// What keeps the cloud from starting, its workspace from being written, or the screen from opening.
pub(crate) fn run(args: &DemoArgs, config: LoadedConfig) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let running = runtime.block_on(args.play().serve(args.port)).map_err(io::Error::other)?;
    let demo = running.info().workspace();
    // Removes the folder when the screen is left.
    let temporary;
    let (root, secrets) = match &args.keep {
        Some(folder) => (folder.clone(), keep(folder, &demo)?),
        None => {
            temporary = tempfile::tempdir()?;
            demo.write(temporary.path())?;
            let secrets = SecretStore::in_memory();
            for (name, secret) in demo.secrets() {
                secrets.set(name, secret.clone()).map_err(io::Error::other)?;
            }
            (temporary.path().to_owned(), secrets)
        }
    };
    let clock = running.clock();
    let settings = TransportSettings::from(&config.config);
    let notice = welcome(&config.config.keys);
    tui::run(tui::Options {
        root,
        config,
        data: None,
        secrets,
        // Written a moment ago, by this program.
        trust: Trust::MadeHere,
        engine: Engine::with_settings(Arc::new(move || clock.now()), settings),
        notice: Some(notice),
        url: None,
    })
}

/// The first keys to press, as they are bound.
fn welcome(keys: &Keymap) -> String {
    let send = keys.says(Command::Send, "sends");
    let next = keys.says(Command::NextRequest, "goes to the next step");
    let help = keys.says(Command::Help, "shows every key");
    format!("Welcome: {send}, {next}, {help}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_welcome_names_the_keys_as_they_are_bound() {
        let mut keys = Keymap::default();
        assert_eq!(welcome(&keys), "Welcome: s sends, J goes to the next step, ? shows every key.");
        keys.bind(Command::Send, vec!["f9".parse().unwrap()]);
        keys.bind(Command::Help, Vec::new());
        assert_eq!(welcome(&keys), "Welcome: f9 sends, J goes to the next step, Help shows every key.");
    }
}
