//! Cookies in the file format of Netscape, which curl, wget and browsers' exports share.
//!
//! Owns which of them go to a URL, and what a `set-cookie` header changes (RFC 6265). Refuses to read
//! files and clocks: `now` is in seconds since 1970.

use std::time::UNIX_EPOCH;

use url::Url;

const HEADING: &str = "# Netscape HTTP Cookie File\n";
/// Marks a line of a cookie that scripts don't see.
const HTTP_ONLY: &str = "#HttpOnly_";

/// One cookie. `Debug` leaves out its value, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie {
    domain: String,
    subdomains: bool,
    path: String,
    secure: bool,
    http_only: bool,
    /// Seconds since 1970; 0 for the end of the session.
    expires: u64,
    name: String,
    value: String,
}

impl std::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}{}", self.name, self.domain, self.path)
    }
}

impl Cookie {
    /// A line of the file; `None` for a comment and for what isn't seven fields.
    fn parse(line: &str) -> Option<Self> {
        let (http_only, line) = match line.strip_prefix(HTTP_ONLY) {
            Some(line) => (true, line),
            None => (false, line),
        };
        if line.starts_with('#') {
            return None;
        }
        let mut fields = line.splitn(7, '\t');
        let mut next = || fields.next();
        let (domain, subdomains, path) = (next()?, next()? == "TRUE", next()?);
        let (secure, expires, name) = (next()? == "TRUE", next()?.parse().ok()?, next()?);
        Some(Self {
            domain: domain.trim_start_matches('.').to_ascii_lowercase(),
            subdomains,
            path: path.to_owned(),
            secure,
            http_only,
            expires,
            name: name.to_owned(),
            value: next().unwrap_or_default().to_owned(),
        })
    }

    fn line(&self) -> String {
        let word = |yes: bool| if yes { "TRUE" } else { "FALSE" };
        let mark = if self.http_only { HTTP_ONLY } else { "" };
        let dot = if self.subdomains { "." } else { "" };
        let Self { domain, subdomains, path, secure, expires, name, value, .. } = self;
        let (subdomains, secure) = (word(*subdomains), word(*secure));
        format!("{mark}{dot}{domain}\t{subdomains}\t{path}\t{secure}\t{expires}\t{name}\t{value}\n")
    }

    /// What a `set-cookie` header of a response from this URL sets.
    fn set(header: &str, from: &Url, now: u64) -> Option<Self> {
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let host = from.host_str()?.to_ascii_lowercase();
        let mut cookie = Self {
            domain: host.clone(),
            subdomains: false,
            path: default_path(from).to_owned(),
            secure: false,
            http_only: false,
            expires: 0,
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
        };
        let mut max_age = None;
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            match attribute.trim().to_ascii_lowercase().as_str() {
                "domain" => {
                    cookie.domain = value.trim().trim_start_matches('.').to_ascii_lowercase();
                    cookie.subdomains = true;
                }
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "secure" => cookie.secure = true,
                "httponly" => cookie.http_only = true,
                "max-age" => max_age = value.trim().parse::<i64>().ok(),
                "expires" => cookie.expires = date(value).unwrap_or_default(),
                _ => {}
            }
        }
        if let Some(age) = max_age {
            // What is over expires at once, not at the end of the session.
            cookie.expires = now.saturating_add_signed(age).max(1);
        }
        let own = cookie.domain == host || (cookie.domain.contains('.') && is_below(&host, &cookie.domain));
        let has_control = header.chars().any(char::is_control);
        (own && !has_control).then_some(cookie)
    }

    fn is_over(&self, now: u64) -> bool {
        self.expires != 0 && self.expires <= now
    }

    fn goes_to(&self, url: &Url, now: u64) -> bool {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let rest = url.path().strip_prefix(self.path.as_str());
        let in_path = rest.is_some_and(|rest| {
            rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/') || self.path.is_empty()
        });
        let to_host = host == self.domain || (self.subdomains && is_below(&host, &self.domain));
        to_host && in_path && (!self.secure || url.scheme() == "https") && !self.is_over(now)
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.domain, &self.path, &self.name) == (&other.domain, &other.path, &other.name)
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|below| below.ends_with('.'))
}

/// RFC 6265, section 5.1.4.
fn default_path(url: &Url) -> &str {
    match url.path().rfind('/') {
        None | Some(0) => "/",
        Some(last) => &url.path()[..last],
    }
}

fn date(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(&text.trim().replace('-', " ")).ok()?;
    Some(time.duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs().max(1)))
}

/// The cookies of a file, or those that responses set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookies(Vec<Cookie>);

impl Cookies {
    /// The cookies in the text of a file.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().filter_map(Cookie::parse).collect())
    }

    /// Adds those of another file.
    pub fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|cookie| self.put(cookie));
    }

    /// Takes in a `set-cookie` header of a response from this URL.
    pub fn set(&mut self, header: &str, from: &Url, now: u64) {
        if let Some(cookie) = Cookie::set(header, from, now) {
            self.put(cookie);
        }
    }

    fn put(&mut self, cookie: Cookie) {
        self.0.retain(|other| !other.is_same(&cookie));
        self.0.push(cookie);
    }

    /// The `cookie` header for a URL; `None` where no cookie goes there.
    pub fn header(&self, url: &Url, now: u64) -> Option<String> {
        let mut going: Vec<_> = self.0.iter().filter(|cookie| cookie.goes_to(url, now)).collect();
        going.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = going.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The text of a file with the cookies that aren't over.
    pub fn text(&self, now: u64) -> String {
        let lines = self.0.iter().filter(|cookie| !cookie.is_over(now)).map(Cookie::line);
        std::iter::once(format!("{HEADING}\n")).chain(lines).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Netscape HTTP Cookie File\n\n.example.com\tTRUE\t/\tFALSE\t0\ta\t1\n\
                        #HttpOnly_b.example.com\tFALSE\t/in\tTRUE\t100\tb\t2\nnot seven fields\n";

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_cookie_goes_to_its_domain_path_and_scheme_until_it_is_over() {
        let cookies = Cookies::parse(FILE);
        for (to, now, header) in [
            ("http://example.com/", 1, Some("a=1")),
            ("https://b.example.com/in/x", 1, Some("b=2; a=1")),
            ("https://b.example.com/in/x", 100, Some("a=1")),
            ("https://b.example.com/inner", 1, Some("a=1")),
            ("http://b.example.com/in", 1, Some("a=1")),
            ("https://notexample.com/", 1, None),
        ] {
            assert_eq!(cookies.header(&url(to), now).as_deref(), header, "{to} at {now}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let cookies = Cookies::parse(FILE);
        assert_eq!(Cookies::parse(&cookies.text(1)), cookies);
        assert_eq!(
            cookies.text(100),
            "# Netscape HTTP Cookie File\n\n.example.com\tTRUE\t/\tFALSE\t0\ta\t1\n"
        );
    }

    #[test]
    fn a_response_sets_replaces_and_removes_its_own_cookies_only() {
        let mut cookies = Cookies::default();
        let from = url("https://b.example.com/in/x");
        cookies.set("a=1; Path=/; Max-Age=10", &from, 5);
        cookies.set("a=2; Path=/; Expires=Thu, 01-Jan-1970 00:00:20 GMT", &from, 5);
        cookies.set("c=3; Domain=example.com", &from, 5);
        cookies.set("evil=1; Domain=other.example", &from, 5);
        cookies.set("evil=1; Domain=com", &from, 5);
        assert_eq!(cookies.header(&from, 5).as_deref(), Some("c=3; a=2"));
        assert_eq!(cookies.header(&url("https://example.com/in"), 5).as_deref(), Some("c=3"));
        cookies.set("a=; Path=/; Max-Age=0", &from, 5);
        assert_eq!(cookies.header(&from, 5).as_deref(), Some("c=3"));
    }
}
