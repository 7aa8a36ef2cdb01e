//! What was read of the record, kept for as long as it cannot have changed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

use super::StoreError;

/// The most that is kept of one sort.
const MOST: usize = 256;

/// What was found under each key, or that nothing is there.
#[derive(Debug)]
pub(super) struct Memo<K, V>(RefCell<HashMap<K, Option<V>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Memo<K, V> {
    /// What is under this key, read by `read` if it is not known.
    pub(super) fn get(
        &self,
        key: &K,
        read: impl FnOnce() -> Result<Option<V>, StoreError>,
    ) -> Result<Option<V>, StoreError> {
        if let Some(known) = self.0.borrow().get(key) {
            return Ok(known.clone());
        }
        let found = read()?;
        let mut all = self.0.borrow_mut();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key.clone(), found.clone());
        Ok(found)
    }

    /// Forgets all of it.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}
