//! `signpost man`: the manual page.

use std::io::Write;

use clap::CommandFactory;
use clap_mangen::Man;

use super::exit::Exit;

/// Runs `signpost man`: the page of the program, then one for each subcommand, in roff.
pub(crate) fn run(out: &mut dyn Write) -> Exit {
    let mut command = super::Args::command();
    command.build();
    let mut page = Vec::new();
    let mut render = || {
        Man::new(command.clone()).render(&mut page)?;
        for subcommand in
            command.get_subcommands().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set())
        {
            Man::new(subcommand.clone()).render(&mut page)?;
        }
        Ok::<_, std::io::Error>(())
    };
    super::written(render().and_then(|()| out.write_all(&page)).and_then(|()| out.flush()))
}
