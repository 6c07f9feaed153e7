//! Flags of curl and awscurl that `signpost send` doesn't take, with what to do instead.

/// A flag and why it isn't there.
struct Unsupported {
    long: &'static str,
    short: Option<char>,
    hint: &'static str,
}

const fn flag(long: &'static str, short: Option<char>, hint: &'static str) -> Unsupported {
    Unsupported { long, short, hint }
}

const AUTHENTICATION: &str =
    "Basic, bearer and SigV4 authentication are: --user, --oauth2-bearer, --aws-sigv4.";
const TRACE: &str = "`-v` shows what is sent and received.";
const ONE: &str = "Requests are sent one after another: separate them with `--next`.";
const SOCKET: &str = "Choose where to connect with --connect-to, --resolve, -4 or -6.";
const VERSION: &str = "HTTP/1.1 and HTTP/2 are: --http1.1, --http2, --http2-prior-knowledge.";
const TLS: &str = "Choose versions with --tlsv1.2, --tlsv1.3 and --tls-max.";
const METHOD: &str = "Name the method with `-X METHOD`.";

const UNSUPPORTED: &[Unsupported] = &[
    flag("--parallel", Some('Z'), ONE),
    flag("--digest", None, AUTHENTICATION),
    flag("--ntlm", None, AUTHENTICATION),
    flag("--negotiate", None, AUTHENTICATION),
    flag("--anyauth", None, AUTHENTICATION),
    flag("--netrc", Some('n'), AUTHENTICATION),
    flag("--netrc-file", None, AUTHENTICATION),
    flag("--netrc-optional", None, AUTHENTICATION),
    flag("--delegation", None, AUTHENTICATION),
    flag("--trace", None, TRACE),
    flag("--trace-ascii", None, TRACE),
    flag("--trace-time", None, TRACE),
    flag("--stderr", None, "Redirect standard error in the shell."),
    flag("--request-target", None, "The target is what the URL says; `OPTIONS *` isn't supported."),
    flag("--capath", None, "Name each file of authorities with --cacert."),
    flag("--ciphers", None, TLS),
    flag("--tls13-ciphers", None, TLS),
    flag("--curves", None, TLS),
    flag("--sslv2", Some('2'), TLS),
    flag("--sslv3", Some('3'), TLS),
    flag("--pinnedpubkey", None, "Trust one authority with --cacert."),
    flag("--cert-type", None, "Certificates and keys are PEM files."),
    flag("--key-type", None, "Certificates and keys are PEM files."),
    flag("--pass", None, "Keys are PEM files without a passphrase."),
    flag("--http0.9", None, VERSION),
    flag("--http1.0", Some('0'), VERSION),
    flag("--http3", None, VERSION),
    flag("--http3-only", None, VERSION),
    flag("--interface", None, SOCKET),
    flag("--local-port", None, SOCKET),
    flag("--dns-servers", None, SOCKET),
    flag("--doh-url", None, SOCKET),
    flag("--socks5", None, "Name the proxy with `-x socks5://HOST:PORT`."),
    flag("--socks5-hostname", None, "Name the proxy with `-x socks5h://HOST:PORT`."),
    flag("--preproxy", None, "Name one proxy with -x."),
    flag("--proxytunnel", Some('p'), "https always goes through a tunnel, http never does."),
    flag("--proxy-header", None, "Give the proxy's user name and password with -U."),
    flag("--expect100-timeout", None, "Requests don't wait for 100."),
    flag("--speed-limit", Some('Y'), "Limit the time with --max-time."),
    flag("--speed-time", Some('y'), "Limit the time with --max-time."),
    flag("--max-filesize", None, "Limit the body with --body-limit."),
    flag("--remote-name-all", None, "Use -O for the one URL."),
    flag("--junk-session-cookies", Some('j'), "Leave the cookies out of -b."),
    flag("--remote-time", Some('R'), "The file gets the time at which it is written."),
    flag("--xattr", None, "Save the headers with -D."),
    flag("--raw", None, "Bodies are always decoded."),
    flag("--tr-encoding", None, "Bodies are always decoded."),
    flag("--append", Some('a'), METHOD),
    flag("--quote", Some('Q'), METHOD),
    flag("--libcurl", None, "`c` on the screen copies a request as a curl command."),
    flag("--variable", None, "Set variables with `--var NAME=VALUE`, and refer to them with {{NAME}}."),
];

/// What to do instead of this flag of curl's, `--long` or `-s`.
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    let short =
        name.strip_prefix('-').filter(|rest| rest.chars().count() == 1).and_then(|rest| rest.chars().next());
    let found = UNSUPPORTED.iter().find(|flag| flag.long == name || (short.is_some() && flag.short == short));
    found.map(|flag| flag.hint)
}
