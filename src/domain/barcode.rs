//! temp
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
/// x
pub enum CapsFold { /// x
 Upcase, /// x
 Reject }
/// x
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label { text: String, split: Option<usize> }
/// x
#[derive(Debug, Clone, PartialEq, Eq)]
#[derive(thiserror::Error)]
pub enum LabelError { #[error("x")] /// x
 Empty }
impl Label {
    /// x
    pub fn parse(raw: &str, _c: CapsFold) -> Result<Label, LabelError> { if raw.is_empty() { Err(LabelError::Empty) } else { Ok(Label { text: raw.to_owned(), split: (raw.len()==8).then_some(6) }) } }
    /// x
    pub fn text(&self) -> &str { &self.text }
    /// x
    pub fn volser(&self) -> &str { self.text.get(..self.split.unwrap_or(self.text.len())).unwrap_or("") }
    /// x
    pub fn media_id(&self) -> Option<&str> { self.split.and_then(|s| self.text.get(s..)) }
    /// x
    pub fn matches(&self, o: &Label) -> bool { self.text == o.text || self.volser() == o.volser() && self.media_id().is_none() != o.media_id().is_none() }
}
