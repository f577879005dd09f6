//! Bars of money: how much each thing costs, or by how much it changed.

use super::{WIDTH, line, plot, rect, short, text};

const LEFT: f64 = 210.0;
const RIGHT: f64 = 110.0;
const ROW: f64 = 24.0;

/// One bar: a name, a value for its length, and the value as it is written.
pub type Bar = (String, f64, String);

/// Bars from zero to the right, negative ones too, in the other colour.
pub fn bars(title: &str, description: &str, bars: &[Bar]) -> Option<String> {
    let most = bars.iter().map(|bar| bar.1.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let mut content = String::new();
    for (index, (name, value, written)) in bars.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = 8.0 + index as f64 * ROW;
        let width = value.abs() / most * (WIDTH - LEFT - RIGHT);
        let class = if *value < 0.0 { "f3" } else { "f1" };
        content.push_str(&text(LEFT - 8.0, y + 13.0, "end", "", &short(name, 32)));
        content.push_str(&rect(LEFT, y, width, 16.0, class, &format!("{name}: {written}")));
        content.push_str(&text(LEFT + width + 6.0, y + 13.0, "start", "", written));
    }
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    Some(plot(16.0 + bars.len() as f64 * ROW, title, description, &content))
}

/// Bars to both sides of zero: what rose to the right, what fell to the left.
pub fn changes(title: &str, description: &str, bars: &[Bar]) -> Option<String> {
    let most = bars.iter().map(|bar| bar.1.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0 + 30.0;
    let half = (WIDTH - LEFT - RIGHT) / 2.0 - 50.0;
    let mut content = String::new();
    for (index, (name, value, written)) in bars.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few rows")]
        let y = 8.0 + index as f64 * ROW;
        let width = value.abs() / most * half;
        content.push_str(&text(LEFT - 28.0, y + 13.0, "end", "", &short(name, 28)));
        let said = format!("{name}: {written}");
        if *value < 0.0 {
            content.push_str(&rect(middle - width, y, width, 16.0, "f3", &said));
            content.push_str(&text(middle - width - 6.0, y + 13.0, "end", "", written));
        } else {
            content.push_str(&rect(middle, y, width, 16.0, "f5", &said));
            content.push_str(&text(middle + width + 6.0, y + 13.0, "start", "", written));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let height = 16.0 + bars.len() as f64 * ROW;
    content.push_str(&line((middle, 4.0), (middle, height - 8.0), "axis"));
    Some(plot(height, title, description, &content))
}
