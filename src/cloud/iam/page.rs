//! Lists in pages.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cloud::query::{Error, Params, Xml};

/// One page of a list, and where the next one begins.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    next: Option<String>,
}

impl<T> Page<T> {
    /// The requested page. Each item has a unique key, by which the next page is found.
    pub(super) fn of(params: &Params, items: impl IntoIterator<Item = (String, T)>) -> Result<Self, Error> {
        let most = match params.get("MaxItems") {
            None => 100,
            Some(given) => match given.parse::<usize>() {
                Ok(most @ 1..=1000) => most,
                Ok(0) => {
                    let constraint = "Member must have value greater than or equal to 1";
                    return Err(Error::validation(Some(given), "maxItems", constraint));
                }
                Ok(_) => {
                    let constraint = "Member must have value less than or equal to 1000";
                    return Err(Error::validation(Some(given), "maxItems", constraint));
                }
                Err(_) => {
                    return Err(Error::new(400, "MalformedInput", format!("\"{given}\" is not a number.")));
                }
            },
        };
        let mut items = items.into_iter().peekable();
        if let Some(marker) = params.get("Marker") {
            let decoded = URL_SAFE_NO_PAD.decode(marker).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(required) = decoded else {
                return Err(Error::new(400, "ValidationError", format!("Invalid Marker: {marker}")));
            };
            // The item that it named may have been deleted.
            while items.next_if(|(key, _)| *key != required && *key < required).is_some() {}
        }
        let page: Vec<T> = items.by_ref().take(most).map(|(_, item)| item).collect();
        let next = items.next().map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
        Ok(Self { items: page, next })
    }

    /// The elements that end a list.
    pub(super) fn finish(&self, xml: Xml) -> Xml {
        xml.text("IsTruncated", self.next.is_some()).maybe("Marker", self.next.as_deref())
    }

    /// A list whose members are elements.
    pub(super) fn list(mut self, xml: Xml, name: &str, fill: impl FnMut(Xml, T) -> Xml) -> Xml {
        let items = std::mem::take(&mut self.items);
        self.finish(xml.list(name, items, fill))
    }
}

impl<T: std::fmt::Display> Page<T> {
    /// A list whose members are texts.
    pub(super) fn texts(self, xml: Xml, name: &str) -> Xml {
        let xml = xml.texts(name, &self.items);
        self.finish(xml)
    }
}
