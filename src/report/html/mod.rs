//! Reports as one self-contained HTML file: no network, one small script that sorts tables, readable on a phone, on paper and by a screen
//! reader, in a light and a dark room.
//!
//! [`Document`] is the skeleton that every report shares: head, style, skip link, header, sections. A report adds
//! [`Page`]s (what screen and Markdown show too) and, where a picture says more, a figure of inline SVG.

mod answers;
mod backtest;
mod check;
mod escape;
mod figure;
mod matrix;
mod recommend;
mod table;
mod weekly;

pub use backtest::backtest;
pub use check::check;
pub use escape::{attribute, escape};
pub use matrix::matrix;
pub use recommend::{portfolio, recommend};
pub use weekly::weekly;

use super::Page;

/// The style of every report; nothing else is loaded.
const STYLE: &str = include_str!("style.css");

/// A page without pictures as a file of its own.
#[must_use]
pub fn of_page(title: &str, page: &Page) -> String {
    let mut html = Document::new(title, "");
    html.page(page);
    html.render()
}

/// Makes tables sort; nothing needs it.
const SCRIPT: &str = include_str!("sort.js");

/// A report under construction.
#[derive(Clone, Debug)]
pub struct Document {
    title: String,
    subtitle: String,
    body: String,
    sections: usize,
    /// Whether what is added stands inside a part that folds.
    folded: bool,
    /// Links of the table of contents: id and title.
    contents: Vec<(String, String)>,
}

impl Document {
    /// An empty report.
    #[must_use]
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: subtitle.into(),
            body: String::new(),
            sections: 0,
            folded: false,
            contents: Vec::new(),
        }
    }

    /// Adds a page: its lead as a list of terms, its sections as tables.
    pub fn page(&mut self, page: &Page) {
        self.page_with(page, |_| {});
    }

    /// Adds a page whose pictures stand below its first table, where they are seen.
    pub fn page_with(&mut self, page: &Page, pictures: impl FnOnce(&mut Self)) {
        if !page.lead.is_empty() {
            self.body.push_str("<dl class=\"lead\">\n");
            for (label, text) in &page.lead {
                self.body.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(label), escape(text)));
            }
            self.body.push_str("</dl>\n");
        }
        let mut pictures = Some(pictures);
        for section in &page.sections {
            let title = section.title.clone().unwrap_or_else(|| "Overview".to_owned());
            let mut content = table::table(&section.grid, &title);
            if let Some(note) = &section.note {
                content.push_str(&format!("<p class=\"note\">{}</p>\n", escape(note)));
            }
            self.section(&title, &content);
            if let Some(pictures) = pictures.take() {
                pictures(self);
            }
        }
        if let Some(pictures) = pictures {
            pictures(self);
        }
    }

    /// Adds a section of ready HTML; what comes from outside must have gone through [`escape`].
    pub fn section(&mut self, title: &str, content: &str) {
        let id = self.next_id();
        // A part of a folded part is one level below it, and found through it.
        let level = if self.folded { "h3" } else { "h2" };
        self.body.push_str(&format!(
            "<section aria-labelledby=\"{id}\">\n<{level} id=\"{id}\">{}</{level}>\n{content}</section>\n",
            escape(title)
        ));
        if !self.folded {
            self.contents.push((id, title.to_owned()));
        }
    }

    /// Adds a part that unfolds: its title and one line about it are always seen.
    pub fn fold(&mut self, title: &str, about: &str, open: bool, fill: impl FnOnce(&mut Self)) {
        let id = self.next_id();
        let open = if open { " open" } else { "" };
        self.body.push_str(&format!(
            "<details{open}>\n<summary><h2 id=\"{id}\">{}</h2> <span>{}</span></summary>\n",
            escape(title),
            escape(about)
        ));
        self.contents.push((id, title.to_owned()));
        self.folded = true;
        fill(self);
        self.folded = false;
        self.body.push_str("</details>\n");
    }

    fn next_id(&mut self) -> String {
        self.sections += 1;
        format!("s{}", self.sections)
    }

    /// Adds a figure: an inline SVG with its caption. The SVG carries its own title and description.
    pub fn figure(&mut self, title: &str, svg: &str, caption: &str) {
        let label = attribute(title);
        self.section(
            title,
            &format!(
                "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n{svg}</div>\n\
                 <figcaption>{}</figcaption>\n</figure>\n",
                escape(caption)
            ),
        );
    }

    /// The whole file; it ends in a newline.
    #[must_use]
    pub fn render(&self) -> String {
        let (title, subtitle) = (escape(&self.title), escape(&self.subtitle));
        let subtitle = if subtitle.is_empty() { String::new() } else { format!("<p>{subtitle}</p>\n") };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"generator\" content=\"shapecast {}\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the report</a>\n\
             <header>\n<h1>{title}</h1>\n{subtitle}</header>\n{}<main id=\"main\" tabindex=\"-1\">\n{}</main>\n\
             <footer><p>shapecast {}</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION"),
            script_source(),
            self.contents(),
            self.body,
            env!("CARGO_PKG_VERSION"),
        )
    }

    /// A table of contents, once there is more to find than fits a screen.
    fn contents(&self) -> String {
        if self.contents.len() < 4 {
            return String::new();
        }
        let links =
            self.contents.iter().map(|(id, title)| format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(title)));
        format!("<nav aria-label=\"Contents\">\n<ul>\n{}</ul>\n</nav>\n", links.collect::<String>())
    }
}

/// The one script that the page may run, by its digest: nothing that slipped into the page could run beside it.
fn script_source() -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(SCRIPT.as_bytes());
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Align, Grid};

    fn report() -> Document {
        let mut page = Page::default();
        page.lead("Prices", "3 days old <script>alert(1)</script>");
        let mut grid = Grid::with_headings(&[("Engine", Align::Tight), ("Cost/month", Align::Right)]);
        grid.push(vec!["Glue\nStandard".to_owned(), "$12.00".to_owned()]);
        page.main(grid, Some("2 shapes & more".to_owned()));
        let mut document = Document::new("A & B", "");
        document.page(&page);
        document
    }

    #[test]
    fn what_comes_from_outside_stays_text() {
        let html = report().render();
        assert!(html.contains("<title>A &amp; B</title>"));
        assert!(html.contains("&lt;script&gt;alert") && html.matches("<script").count() == 1);
        assert!(html.contains("2 shapes &amp; more"));
    }

    #[test]
    fn a_file_needs_nothing_from_outside() {
        let html = report().render();
        for reference in ["http://", "https://", "url(", "@import", "src=", "<link"] {
            assert!(!html.contains(reference), "{reference}");
        }
    }

    #[test]
    fn tables_are_named_and_their_headings_scoped() {
        let html = report().render();
        assert!(html.contains("<caption>Overview</caption>"));
        assert!(html.contains("<th scope=\"col\">Engine</th>"));
        assert!(html.contains("<th scope=\"row\">Glue<br>Standard</th>"));
        assert!(html.contains("<td class=\"number\">$12.00</td>"));
    }
}
