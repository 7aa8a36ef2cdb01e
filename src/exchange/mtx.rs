//! The inventory of a tape library as `mtx status` prints it (mtx 1.3.12, `mtx.c`, and the older forms).

/// The volume tags of all elements that are full, in the order in which they are listed; and how many full elements
/// have none, for a cartridge without a label is in them.
#[must_use]
pub fn volume_tags(listing: &str) -> (Vec<String>, u64) {
    let (mut tags, mut bare) = (Vec::new(), 0);
    for line in listing.lines() {
        let line = line.trim();
        let element = line.starts_with("Data Transfer Element") || line.starts_with("Storage Element");
        if !element || !line.contains(":Full") {
            continue;
        }
        let tag = line.split_once(":VolumeTag").and_then(|(_, rest)| rest.split_once('='));
        let tag = tag.map(|(_, rest)| rest.split(":AlternateVolumeTag").next().unwrap_or_default().trim());
        match tag.filter(|tag| !tag.is_empty()) {
            Some(tag) => tags.push(tag.to_owned()),
            None => bare += 1,
        }
    }
    (tags, bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_full_element_is_read() {
        let listing = "  Storage Changer /dev/sg9:2 Drives, 6 Slots ( 1 Import/Export )\n\
             Data Transfer Element 0:Full (Storage Element 1 Loaded):VolumeTag = KB0001L9\n\
             Data Transfer Element 1:Empty\n\
             Data Transfer Element 2:Full (Unknown Storage Element Loaded):VolumeTag = KB0002L9:AlternateVolumeTag = X9\n\
             Data Transfer Element:Full (Storage Element 3 Loaded):VolumeTag = KB0003\n\
             \x20     Storage Element 1:Empty\n\
             \x20     Storage Element 2:Full :VolumeTag=KB0004L9                            \n\
             \x20     Storage Element 3:Full\n\
             \x20     Storage Element 4:Full :VolumeTag=\n\
             \x20     Storage Element 6 IMPORT/EXPORT:Full :VolumeTag=KB0005L9:AlternateVolumeTag=Y\n";
        let (tags, bare) = volume_tags(listing);
        assert_eq!(tags, ["KB0001L9", "KB0002L9", "KB0003", "KB0004L9", "KB0005L9"]);
        assert_eq!(bare, 2);
        assert_eq!(volume_tags("mtx: No such device\n"), (Vec::new(), 0));
    }
}
