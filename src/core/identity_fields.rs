//! The fields of an identity, by kind.
//!
//! Owns one table from which a screen builds its rows: another kind is another entry here. Refuses to
//! read and to check a declaration: `io/store/workspace_parse` and [`crate::core::identity`] do.

/// A kind of identity.
#[derive(Debug, PartialEq, Eq)]
pub struct IdentityKindInfo {
    /// The word in the file.
    pub word: &'static str,
    /// What it is, in a few words.
    pub doc: &'static str,
    /// Its fields, in the order of the file format.
    pub fields: &'static [IdentityField],
}

/// A field of an identity.
#[derive(Debug, PartialEq, Eq)]
pub struct IdentityField {
    /// Its key in the file.
    pub key: &'static str,
    /// Its label on the screen.
    pub label: &'static str,
    /// How it is edited.
    pub editor: IdentityEditor,
    /// An identity without it is invalid.
    pub required: bool,
    /// What an empty one means, or an example.
    pub hint: &'static str,
}

/// How a field of an identity is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityEditor {
    /// As a text.
    Text,
    /// As a text that goes to the private store.
    Secret,
    /// As a whole number.
    Number,
    /// As one of these words.
    Words(&'static [&'static str]),
    /// As the name of another identity.
    Source,
}

const fn field(
    key: &'static str,
    label: &'static str,
    editor: IdentityEditor,
    required: bool,
    hint: &'static str,
) -> IdentityField {
    IdentityField { key, label, editor, required, hint }
}

// What every session of STS has.
const ENDPOINT: IdentityField =
    field("endpoint", "Endpoint", IdentityEditor::Text, false, "the regional STS");
const REGION: IdentityField = field("region", "Region", IdentityEditor::Text, false, "us-east-1");
const MFA_DEVICE: IdentityField = field("mfa_serial", "MFA device", IdentityEditor::Text, false, "no MFA");
const RENEW: IdentityField = field(
    "renew",
    "Renew",
    IdentityEditor::Words(&["auto", "ask", "never"]),
    false,
    "auto: an expired session is replaced before a send",
);

const fn duration(hint: &'static str) -> IdentityField {
    field("duration_seconds", "Duration (s)", IdentityEditor::Number, false, hint)
}

/// Every kind.
pub const KINDS: &[IdentityKindInfo] = &[
    IdentityKindInfo {
        word: "keys",
        doc: "an access key with its secret, and a session token for temporary keys",
        fields: &[
            field("access_key", "Access key", IdentityEditor::Text, true, "AKIA… or ASIA…"),
            field(
                "secret_key",
                "Secret key",
                IdentityEditor::Secret,
                true,
                "goes to the private store, never into the file",
            ),
            field(
                "session_token",
                "Session token",
                IdentityEditor::Secret,
                false,
                "only for temporary keys (ASIA…)",
            ),
        ],
    },
    IdentityKindInfo {
        word: "get-session-token",
        doc: "temporary keys from STS GetSessionToken, with an MFA code if a device is named",
        fields: &[
            field("source", "Source", IdentityEditor::Source, true, "an identity of kind keys"),
            duration("900 to 129600; 43200 if left out"),
            ENDPOINT,
            REGION,
            MFA_DEVICE,
            RENEW,
        ],
    },
    IdentityKindInfo {
        word: "get-federation-token",
        doc: "temporary keys of a named federated user, from STS GetFederationToken",
        fields: &[
            field("source", "Source", IdentityEditor::Source, true, "an identity of kind keys"),
            field("name", "User name", IdentityEditor::Text, true, "2 to 32 characters"),
            field(
                "policy",
                "Session policy",
                IdentityEditor::Text,
                false,
                "only what resources allow the user",
            ),
            duration("900 to 129600; 43200 if left out"),
            ENDPOINT,
            REGION,
            RENEW,
        ],
    },
    IdentityKindInfo {
        word: "assume-role",
        doc: "temporary keys of a role, assumed with another identity",
        fields: &[
            field("source", "Source", IdentityEditor::Source, true, "an identity with a credential"),
            field("role_arn", "Role", IdentityEditor::Text, true, "arn:aws:iam::123456789012:role/NAME"),
            field("role_session_name", "Session name", IdentityEditor::Text, false, "one is made"),
            field("external_id", "External id", IdentityEditor::Text, false, "none"),
            field("policy", "Session policy", IdentityEditor::Text, false, "no further limit"),
            field("source_identity", "Source identity", IdentityEditor::Text, false, "none"),
            duration("900 to 43200; 3600 if left out"),
            ENDPOINT,
            REGION,
            MFA_DEVICE,
            RENEW,
        ],
    },
    IdentityKindInfo {
        word: "profile",
        doc: "a profile of your AWS files, of any kind",
        fields: &[field("profile", "Profile", IdentityEditor::Text, true, "its name in ~/.aws/config")],
    },
    IdentityKindInfo { word: "environment", doc: "what the AWS CLI uses without --profile", fields: &[] },
    IdentityKindInfo {
        word: "process",
        doc: "the output of a command, as of a credential_process",
        fields: &[field("command", "Command", IdentityEditor::Text, true, "its words, without a shell")],
    },
    IdentityKindInfo { word: "anonymous", doc: "nobody: requests aren't signed", fields: &[] },
];

/// The kind that a word of the file means.
pub fn kind(word: &str) -> Option<&'static IdentityKindInfo> {
    KINDS.iter().find(|kind| kind.word == word)
}
