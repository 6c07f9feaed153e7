//! What holds of every document, however odd.
