//! Who AWS says that credentials are.
//!
//! Owns that what was said of one access key isn't shown for another. Refuses to ask: the update does.

use std::collections::BTreeMap;

use crate::core::caller_identity::CallerIdentity;
use crate::engine::PreviewSigner;

/// Who AWS says that credentials are, as far as that was asked, by how they are obtained.
#[derive(Clone, Debug, Default)]
pub(crate) struct Callers(BTreeMap<String, (String, CallerIdentity)>);

impl Callers {
    /// Keeps what was said of the access key that `chain` leads to.
    pub(crate) fn keep(&mut self, chain: String, access_key: String, caller: CallerIdentity) {
        self.0.insert(chain, (access_key, caller));
    }

    /// Who a signer is; `None` where that wasn't asked about the access key that it has now.
    pub(crate) fn of(&self, signer: &PreviewSigner) -> Option<&CallerIdentity> {
        let now = &signer.credential.as_ref()?.access_key;
        let (asked, caller) = self.0.get(&signer.chain)?;
        (asked == now).then_some(caller)
    }
}
