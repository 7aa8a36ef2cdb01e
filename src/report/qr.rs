//! A text as a QR code (ISO/IEC 18004) in half blocks, two rows of modules to a line: for paper, or for a terminal.

use qrcode::{Color, EcLevel, QrCode};

/// The light modules around a code that the standard asks for.
const QUIET: usize = 4;
/// The most columns that a code should take: those of a terminal.
const COLUMNS: usize = 80;
/// Black on white, whatever the terminal's own colours are.
const PAPER: &str = "\u{1b}[30;107m";
const PLAIN: &str = "\u{1b}[0m";

/// The lines of the code; none if the text is too long for one. With `paint` each line is black on white, as a
/// camera before a dark terminal needs it; without, dark modules are ink.
#[must_use]
pub fn qr(text: &str, paint: bool) -> Option<Vec<String>> {
    let codes = [EcLevel::M, EcLevel::L].map(|level| QrCode::with_error_correction_level(text, level).ok());
    let fits = |code: &QrCode| code.width() + 2 * QUIET <= COLUMNS;
    // Better one that a stain does not spoil; but one that is cut at the edge says nothing at all.
    let [good, short] = codes;
    let code = if good.as_ref().is_some_and(fits) { good } else { short }?;
    let (width, modules) = (code.width(), code.to_colors());
    let dark = |row: usize, column: usize| {
        let (Some(row), Some(column)) = (row.checked_sub(QUIET), column.checked_sub(QUIET)) else {
            return false;
        };
        row < width && column < width && modules.get(row * width + column) == Some(&Color::Dark)
    };
    let side = width + 2 * QUIET;
    let line = |row: usize| {
        let blocks = (0..side).map(|column| match (dark(row, column), dark(row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        });
        let blocks: String = blocks.collect();
        if paint { format!("{PAPER}{blocks}{PLAIN}") } else { blocks }
    };
    Some((0..side).step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What another program's reader sees in the lines, a module being four pixels wide.
    fn read(lines: &[String]) -> String {
        let lines: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
        let side = lines[0].len();
        let dark = |x: usize, y: usize| {
            let (column, row) = (x / 4, y / 4);
            let upper = row % 2 == 0;
            match lines[row / 2][column] {
                '█' => true,
                '▀' => upper,
                '▄' => !upper,
                _ => false,
            }
        };
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side * 4, lines.len() * 8, dark);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    proptest! {
            #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

            #[test]
            fn a_reader_reads_the_text_again(site in "[A-Z0-9.-]{1,64}", size in 1..1_000_000_u64, root in "[A-Za-z0-9+/]{43}=") {
                let name = format!("kuraban/{site}/6bdd925ef1cd10f4db58bcf65495bae6");
                let note = format!("{name}/1\n{size}\n{root}\n\n— {name} {root}{root}\n");
                let lines = qr(&note, false).unwrap();
                prop_assert_eq!(read(&lines), note);
                prop_assert!(lines.iter().all(|line| line.chars().count() <= 80));
                let painted = qr("x", true).unwrap();
    let framed = |line: &String| line.starts_with(PAPER) && line.ends_with(PLAIN);
                prop_assert!(painted.iter().all(framed));
            }
        }

    #[test]
    fn what_no_code_can_hold_has_none() {
        assert_eq!(qr(&"x".repeat(4000), false), None);
    }
}
