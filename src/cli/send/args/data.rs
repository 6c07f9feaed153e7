//! What the body is made of.
//!
//! The order of these options counts across their names, which derived arguments don't keep: they
//! are put in order by their places on the command line.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
struct GivenData {
    /// Form data: text, or the lines of @FILE or of standard input (@-), joined as curl does;
    /// several are joined with &
    #[arg(short = 'd', long, visible_alias = "data-ascii", value_name = "DATA|@FILE|@-")]
    data: Vec<String>,
    /// Data in which @FILE keeps every byte
    #[arg(long, value_name = "DATA|@FILE|@-")]
    data_binary: Vec<String>,
    /// Data in which @ isn't special
    #[arg(long, value_name = "DATA")]
    data_raw: Vec<String>,
    /// Data to be percent-encoded: [NAME=]TEXT or [NAME]@FILE
    #[arg(long, value_name = "DATA")]
    data_urlencode: Vec<String>,
    /// JSON data, with matching headers; several are joined
    #[arg(long, value_name = "DATA|@FILE|@-", conflicts_with_all = ["data", "data_binary", "data_raw", "data_urlencode"])]
    json: Vec<String>,
    /// A part of a multipart form: NAME=TEXT, NAME=@FILE or NAME=<FILE, with ;type=MEDIA; repeatable
    #[arg(short = 'F', long, value_name = "NAME=VALUE", conflicts_with_all = ["data", "data_binary", "data_raw", "data_urlencode", "json"])]
    form: Vec<String>,
    /// A part of a multipart form in which @, < and ; aren't special; repeatable
    #[arg(long, value_name = "NAME=TEXT", conflicts_with_all = ["data", "data_binary", "data_raw", "data_urlencode", "json"])]
    form_string: Vec<String>,
    /// Append the data to the query
    #[arg(short = 'G', long, conflicts_with_all = ["form", "form_string"])]
    get: bool,
    /// Append this to the query, percent-encoded as by --data-urlencode; +TEXT as it is; repeatable
    #[arg(long, value_name = "DATA")]
    url_query: Vec<String>,
    /// Upload this file (- for standard input) with PUT; a URL that ends in / gets its name
    #[arg(short = 'T', long, value_name = "FILE", conflicts_with_all = ["data", "data_binary", "data_raw", "data_urlencode", "json", "form", "form_string", "get"])]
    upload_file: Option<PathBuf>,
}

/// One piece of the body, as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli::send) enum DataPiece {
    /// `--data`
    Ascii(String),
    /// `--data-binary` and `--json`
    Binary(String),
    /// `--data-raw`
    Raw(String),
    /// `--data-urlencode`
    Encoded(String),
}

/// One part of a form, as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli::send) enum FormPart {
    /// `--form`
    Form(String),
    /// `--form-string`
    Literal(String),
}

/// What the body is made of, in the order of the command line.
#[derive(Debug)]
pub(in crate::cli::send) struct DataArgs {
    /// Pieces, joined with & or, for JSON, as they are.
    pub(in crate::cli::send) pieces: Vec<DataPiece>,
    /// The pieces came from `--json`.
    pub(in crate::cli::send) json: bool,
    /// Parts of a form.
    pub(in crate::cli::send) form: Vec<FormPart>,
    /// The pieces go to the query.
    pub(in crate::cli::send) get: bool,
    /// More for the query, to be percent-encoded.
    pub(in crate::cli::send) url_query: Vec<String>,
    /// The file that is the body.
    pub(in crate::cli::send) upload_file: Option<PathBuf>,
}

/// The values of one option with their places.
fn placed<T>(matches: &ArgMatches, name: &str, made: fn(String) -> T) -> Vec<(usize, T)> {
    let values = matches.get_many::<String>(name).unwrap_or_default().cloned();
    matches.indices_of(name).unwrap_or_default().zip(values.map(made)).collect()
}

fn in_order<T>(lists: impl IntoIterator<Item = Vec<(usize, T)>>) -> Vec<T> {
    let mut all: Vec<_> = lists.into_iter().flatten().collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, value)| value).collect()
}

impl FromArgMatches for DataArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let pieces = in_order([
            placed(matches, "data", DataPiece::Ascii),
            placed(matches, "data_binary", DataPiece::Binary),
            placed(matches, "json", DataPiece::Binary),
            placed(matches, "data_raw", DataPiece::Raw),
            placed(matches, "data_urlencode", DataPiece::Encoded),
        ]);
        let form = in_order([
            placed(matches, "form", FormPart::Form),
            placed(matches, "form_string", FormPart::Literal),
        ]);
        let GivenData { json, get, url_query, upload_file, .. } = GivenData::from_arg_matches(matches)?;
        Ok(Self { pieces, json: !json.is_empty(), form, get, url_query, upload_file })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for DataArgs {
    fn augment_args(command: Command) -> Command {
        GivenData::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        GivenData::augment_args_for_update(command)
    }
}
