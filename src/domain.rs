//! The words and rules of custody, and nothing else: no clock, no file, no SQL, no JSON.
//!
//! [`decide`](decide::decide) turns what a person wants to do into an event or a refusal; [`rules::step`]
//! says whether an event is legal and what it changes. The live program and the replay of an old ledger
//! call the same `step`, so that they can never disagree.

pub mod audit;
pub mod barcode;
pub mod custody;
pub mod decide;
pub mod event;
pub mod flag;
pub mod kind;
pub mod medium;
pub mod names;
pub mod order;
pub mod person;
pub mod place;
pub mod policy;
pub mod refusal;
pub mod resolve;
pub mod rules;
pub mod separation;
pub mod time;
pub mod world;

/// Declares an enum whose variants each have one word, the word that stands in the log, on the command line
/// and in JSON; gives `ALL`, `word` and `parse`.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The one word it is written with.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads exactly that word.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}
pub(crate) use words;
