//! The tree of places: each with what stands in it right below, resident devices apart at the end.

use std::collections::HashMap;

use crate::app::PlaceView;
use crate::domain::names::PlaceId;

/// One line of the tree.
#[derive(Debug, Clone)]
pub struct PlaceLine {
    /// The place.
    pub view: PlaceView,
    /// How deep it stands.
    pub depth: usize,
    /// How many media stand in it and in all that stands in it; none where that is kept from who counts.
    pub all: Option<u64>,
}

type Children<'a> = HashMap<Option<PlaceId>, Vec<&'a PlaceView>>;

/// The lines of the tree; places that were retired are left out.
#[must_use]
pub fn tree(places: &[PlaceView]) -> Vec<PlaceLine> {
    let mut children: Children<'_> = HashMap::new();
    for place in places.iter().filter(|place| !place.place.retired) {
        children.entry(place.place.parent).or_default().push(place);
    }
    let mut lines = Vec::new();
    grow(&children, None, 0, &mut lines);
    // A stable sort: each half keeps the order of the tree.
    lines.sort_by_key(|line| line.view.place.resident);
    lines
}

/// Puts the places that stand in `parent`, and gives how many media are in them all.
fn grow(
    children: &Children<'_>,
    parent: Option<PlaceId>,
    depth: usize,
    lines: &mut Vec<PlaceLine>,
) -> Option<u64> {
    let mut sum = Some(0);
    for view in children.get(&parent).into_iter().flatten() {
        let at = lines.len();
        lines.push(PlaceLine { view: (*view).clone(), depth, all: None });
        let within = grow(children, Some(view.place.id), depth + 1, lines);
        let all = view.media.zip(within).map(|(own, within)| own + within);
        if let Some(line) = lines.get_mut(at) {
            line.all = all;
        }
        sum = sum.zip(all).map(|(sum, all)| sum + all);
    }
    sum
}
