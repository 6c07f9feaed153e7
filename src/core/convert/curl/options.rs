//! curl's options, as its manual has them (<https://curl.se/docs/manpage.html>).

/// What an option does. Each that takes a value gets it with the option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Method,
    Header,
    Data,
    DataRaw,
    DataBinary,
    DataEncoded,
    Json,
    Form,
    FormString,
    User,
    Bearer,
    Get,
    Head,
    Insecure,
    Follow,
    Url,
    Agent,
    Cookie,
    Referer,
    MaxTime,
    ConnectTo,
    Sigv4,
    /// Says nothing about the request.
    Quiet,
    /// As `Quiet`, with a value.
    QuietValue,
    /// Belongs to the configuration; with a value.
    Config,
}

impl Does {
    /// The next word belongs to it.
    pub(super) fn takes_value(self) -> bool {
        !matches!(self, Self::Get | Self::Head | Self::Insecure | Self::Follow | Self::Quiet)
    }
}

/// Long and short names (`\0` for none), as curl's manual has them.
pub(super) const OPTIONS: &[(&str, char, Does)] = &[
    ("request", 'X', Does::Method),
    ("header", 'H', Does::Header),
    ("data", 'd', Does::Data),
    ("data-ascii", '\0', Does::Data),
    ("data-raw", '\0', Does::DataRaw),
    ("data-binary", '\0', Does::DataBinary),
    ("data-urlencode", '\0', Does::DataEncoded),
    ("json", '\0', Does::Json),
    ("form", 'F', Does::Form),
    ("form-string", '\0', Does::FormString),
    ("user", 'u', Does::User),
    ("oauth2-bearer", '\0', Does::Bearer),
    ("get", 'G', Does::Get),
    ("head", 'I', Does::Head),
    ("insecure", 'k', Does::Insecure),
    ("location", 'L', Does::Follow),
    ("url", '\0', Does::Url),
    ("user-agent", 'A', Does::Agent),
    ("cookie", 'b', Does::Cookie),
    ("referer", 'e', Does::Referer),
    ("max-time", 'm', Does::MaxTime),
    ("connect-to", '\0', Does::ConnectTo),
    ("aws-sigv4", '\0', Does::Sigv4),
    ("compressed", '\0', Does::Quiet),
    ("silent", 's', Does::Quiet),
    ("show-error", 'S', Does::Quiet),
    ("verbose", 'v', Does::Quiet),
    ("include", 'i', Does::Quiet),
    ("fail", 'f', Does::Quiet),
    ("globoff", 'g', Does::Quiet),
    ("no-buffer", 'N', Does::Quiet),
    ("progress-bar", '#', Does::Quiet),
    ("http1.1", '\0', Does::Quiet),
    ("http2", '\0', Does::Quiet),
    ("path-as-is", '\0', Does::Quiet),
    ("basic", '\0', Does::Quiet),
    ("output", 'o', Does::QuietValue),
    ("write-out", 'w', Does::QuietValue),
    ("dump-header", 'D', Does::QuietValue),
    ("cookie-jar", 'c', Does::QuietValue),
    ("proxy", 'x', Does::Config),
    ("noproxy", '\0', Does::Config),
    ("cacert", '\0', Does::Config),
    ("cert", 'E', Does::Config),
    ("key", '\0', Does::Config),
    ("connect-timeout", '\0', Does::Config),
    ("max-redirs", '\0', Does::Config),
    ("retry", '\0', Does::Config),
    ("resolve", '\0', Does::Config),
];
