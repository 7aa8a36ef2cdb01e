//! What grows with the age of a ledger, and what does not: the same four things at four sizes, as a table and a chart.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::{Bound, Figure, Measure, large, percentile, queries, record, screens, size};

/// Media of each ledger; there are ten times as many events.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// What is measured, and its colour.
const THINGS: [(&str, &str); 4] = [
    ("record one scan", "#1f77b4"),
    ("flags", "#d62728"),
    ("one medium's history", "#2ca02c"),
    ("start to first frame", "#9467bd"),
];

fn at(media: usize) -> [Duration; 4] {
    let ledger = large::ledger(media);
    let scan = percentile(record::scans(media, 500).0, 50);
    let frames = (0..15).map(|_| screens::first_frame(&ledger)).collect();
    [scan, queries::flags(&ledger).0, queries::history(&ledger, media).0, percentile(frames, 50)]
}

/// The chart: milliseconds over events, both by powers of ten.
fn chart(rows: &[(usize, [Duration; 4])]) -> String {
    let x = |media: usize| 80.0 + 150.0 * ((f64::from(u32::try_from(media).unwrap()) * 10.0).log10() - 4.0);
    let y = |time: Duration| 220.0 - 60.0 * ((time.as_secs_f64() * 1000.0).log10() + 1.0);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"300\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>Time over the number of events in the ledger</title>\n\
         <rect width=\"720\" height=\"300\" fill=\"#ffffff\"/>\n",
    );
    for (power, label) in [(0.1, "0.1 ms"), (1.0, "1 ms"), (10.0, "10 ms"), (100.0, "100 ms")] {
        let y = y(Duration::from_secs_f64(power / 1000.0));
        let line = format!("<line x1=\"80\" x2=\"540\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>");
        let text = format!("<text x=\"70\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", y + 4.0);
        writeln!(svg, "{line}{text}").unwrap();
    }
    for (media, label) in SIZES.into_iter().zip(["10 k", "100 k", "1 M", "10 M"]) {
        writeln!(svg, "<text x=\"{:.1}\" y=\"250\" text-anchor=\"middle\">{label}</text>", x(media)).unwrap();
    }
    writeln!(svg, "<text x=\"305\" y=\"280\" text-anchor=\"middle\">events in the ledger</text>").unwrap();
    for (thing, (name, colour)) in THINGS.into_iter().enumerate() {
        let points = rows.iter().map(|(media, times)| format!("{:.1},{:.1}", x(*media), y(times[thing])));
        let points: Vec<String> = points.collect();
        let line = points.join(" ");
        writeln!(svg, "<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")
            .unwrap();
        for point in &points {
            let (x, y) = point.split_once(',').unwrap();
            writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>").unwrap();
        }
        let y = 60 + 20 * thing;
        writeln!(svg, "<text x=\"560\" y=\"{y}\" fill=\"{colour}\">{name}</text>").unwrap();
    }
    svg + "</svg>\n"
}

pub(crate) fn measure() -> Vec<Measure> {
    let sizes = SIZES.into_iter().filter(|media| *media <= size());
    let rows: Vec<(usize, [Duration; 4])> = sizes.map(|media| (media, at(media))).collect();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth.svg");
    std::fs::write(&path, chart(&rows)).unwrap();
    let mut all = Vec::new();
    for (thing, (name, _)) in THINGS.into_iter().enumerate() {
        for (media, times) in &rows {
            all.push(Measure {
                name: format!("{name}, {} events, p50", media * 10),
                ours: Figure::Time(times[thing]),
                reference: None,
                must: Bound::None,
                aim: Bound::None,
            });
        }
    }
    all
}
