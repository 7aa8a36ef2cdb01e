//! The certificate of a stocktake as a page that needs nothing else: for a browser, for print, for the file.
//!
//! All words come from the caller, in the reader's language; here is only how the page is built.

use std::fmt::Write as _;

/// A table of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// The headings of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// All that a certificate says, in the order in which it says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The language, as HTML names it.
    pub lang: &'static str,
    /// What it is.
    pub title: String,
    /// The result in a sentence.
    pub result: String,
    /// Whether the stocktake was certified.
    pub certified: bool,
    /// Names and values.
    pub facts: Vec<(String, String)>,
    /// The tables.
    pub sections: Vec<Section>,
    /// Who signs it: a line for each.
    pub signatures: Vec<String>,
}

/// The page's own style: nothing is fetched from anywhere.
const STYLE: &str = "@page{size:A4;margin:18mm}\
body{font:11pt/1.45 'Noto Sans','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;color:#111;\
max-width:180mm;margin:0 auto;padding:8mm}\
h1{font-size:18pt;margin:0 0 4mm}h2{font-size:12pt;margin:7mm 0 2mm;break-after:avoid}\
.result{border:1pt solid;padding:3mm 4mm;font-weight:bold;margin:0 0 5mm}\
.certified{color:#0a5c2b}.refused{color:#a11212}\
table{border-collapse:collapse;width:100%}th,td{border:0.5pt solid #999;padding:1mm 2mm;text-align:left;\
vertical-align:top;overflow-wrap:anywhere}thead{display:table-header-group}tr{break-inside:avoid}\
.facts th{width:38%;background:#f2f2f2;font-weight:normal}\
.sign{display:flex;gap:10mm;margin-top:14mm;break-inside:avoid}.sign div{flex:1;border-top:0.7pt solid #111;\
padding-top:1mm;font-size:9pt}";

/// A text as HTML shows it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

impl Certificate {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = String::new();
        let class = if self.certified { "certified" } else { "refused" };
        let (title, result) = (escaped(&self.title), escaped(&self.result));
        let _ = write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"result {class}\">{result}</p>\n\
             <table class=\"facts\">\n",
            self.lang
        );
        for (name, value) in &self.facts {
            let _ =
                writeln!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(value));
        }
        out.push_str("</table>\n");
        for section in &self.sections {
            let _ = write!(out, "<h2>{}</h2>\n<table>\n<thead><tr>", escaped(&section.title));
            for head in &section.head {
                let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(head));
            }
            out.push_str("</tr></thead>\n<tbody>\n");
            for row in &section.rows {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<td>{}</td>", escaped(cell));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody>\n</table>\n");
        }
        out.push_str("<div class=\"sign\">");
        for line in &self.signatures {
            let _ = write!(out, "<div>{}</div>", escaped(line));
        }
        out.push_str("</div>\n</body>\n</html>\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_needs_nothing_else_and_lets_no_text_be_markup() {
        let page = Certificate {
            lang: "ja",
            title: "棚卸し <1>".to_owned(),
            result: "\"refused\" & 'named'".to_owned(),
            certified: false,
            facts: vec![("a<b".to_owned(), "c>d".to_owned())],
            sections: vec![Section {
                title: "T".to_owned(),
                head: vec!["H".to_owned()],
                rows: vec![vec!["<script>alert(1)</script>".to_owned()]],
            }],
            signatures: vec!["B-1001".to_owned()],
        }
        .html();
        assert!(
            page.contains("棚卸し &lt;1&gt;") && page.contains("&quot;refused&quot; &amp; &#39;named&#39;")
        );
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        for outside in ["http", "src=", "href=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
