//! Column charts by class rather than by day, such as the number of people for each range of days.
//! A class has one or two columns side by side.

use maud::{Markup, html};

use super::super::progress::percent;
use super::super::text::{amount, number};
use super::{HEIGHT, PLOT, compact, height, place, role, scale};

#[derive(Debug, Clone)]
pub struct Column {
    /// Short label below the column: "31–60".
    pub label: String,
    /// Values in the order of [`Columns::names`]; `None` where not known.
    pub values: Vec<Option<i64>>,
    /// Address of the rows behind the class, or of the page with this class selected.
    pub href: Option<String>,
    /// Whether the class is the one in force.
    pub chosen: bool,
    /// Whether the class contains the unknown cases.
    pub unknown: bool,
}

/// A chart of classes.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Element id, unique on the page.
    pub id: &'static str,
    pub title: String,
    /// Summary of the chart in one sentence.
    pub sentence: String,
    /// Meaning of a class: "Days since the last need".
    pub class: &'static str,
    /// Names of the values of a class; one or two.
    pub names: Vec<&'static str>,
    /// In the order of the axis.
    pub columns: Vec<Column>,
    /// A dashed line with its label; the position is in hundredths of a column from the left.
    pub divide: Option<(usize, String)>,
}

/// The chart with its table of numbers.
#[must_use]
pub fn columns(chart: &Columns) -> Markup {
    let total = chart.columns.len().max(1);
    let values = chart.columns.iter().flat_map(|column| &column.values);
    let (step, top) = scale(values.flatten().copied().max().unwrap_or(0));
    let y = height(top);
    let parts = chart.names.len().max(1);
    let newest = chart
        .columns
        .iter()
        .rposition(|column| column.href.is_some());
    let title_id = format!("{}-title", chart.id);
    let text_id = format!("{}-text", chart.id);
    html! {
        figure.chart id=(chart.id) {
            @if chart.names.len() > 1 {
                ul.legend aria-hidden="true" {
                    @for (index, name) in chart.names.iter().enumerate() { li { span.swatch.(shade(index)) {} (name) } }
                }
            }
            div.chart-body {
                svg.chart-scale width="44" height=(HEIGHT) aria-hidden="true" {
                    @for value in (0..=top / step).map(|n| n * step) {
                        text x="36" y=(y(value) + 4) text-anchor="end" { (compact(value)) }
                    }
                }
                svg.chart-plot width="100%" height=(HEIGHT) role=(role(newest.is_some())) aria-labelledby={ (title_id) " " (text_id) } {
                    title id=(title_id) { (chart.title) }
                    desc id=(text_id) { (chart.sentence) }
                    @for value in (0..=top / step).map(|n| n * step) {
                        line.grid x1="0" x2="100%" y1={ (y(value)) ".5" } y2={ (y(value)) ".5" } {}
                    }
                    @for (index, column) in chart.columns.iter().enumerate() {
                        (place(&words(chart, column), column.href.as_deref(), newest == Some(index), &html! {
                            rect.hit.chosen[column.chosen] x={ (percent(index, total)) "%" } width={ (percent(1, total)) "%" } y="0" height=(PLOT) {}
                            @for (part, value) in column.values.iter().enumerate() {
                                // Each class has a gap of an eighth of its width at both sides; its
                                // columns share the rest.
                                @let x = percent(index * 8 * parts + parts + part * 6, total * 8 * parts);
                                @let width = percent(6, total * 8 * parts);
                                @match value {
                                    Some(0) => {},
                                    Some(value) => rect.bar.(shade(part)).blank[column.unknown] x={ (x) "%" } width={ (width) "%" } y=(y(*value).min(PLOT - 1)) height=((PLOT - y(*value)).max(1)) {},
                                    None => rect.unknown-day x={ (x) "%" } width={ (width) "%" } y=(PLOT - 6) height="6" {},
                                }
                            }
                        }))
                        text.chart-day.inner[total > 7 && index % 2 == 1] x={ (percent(index * 2 + 1, total * 2)) "%" } y=(HEIGHT - 6) text-anchor="middle" { (tick(&column.label)) }
                    }
                    @if let Some((at, label)) = &chart.divide {
                        @let x = percent(*at, total * 100);
                        line.mark-line x1={ (x) "%" } x2={ (x) "%" } y1="0" y2=(PLOT) {}
                        @let right = at * 2 > total * 100;
                        text.mark-label x={ (x) "%" } dx=(if right { "-6" } else { "6" }) y="10" text-anchor=(if right { "end" } else { "start" }) { (label) }
                    }
                }
            }
            figcaption { (chart.sentence) }
            (numbers(chart))
        }
    }
}

/// Label below a column; for a range only its start, to save space.
fn tick(label: &str) -> &str {
    label.split('–').next().unwrap_or(label)
}

fn shade(part: usize) -> &'static str {
    if part == 0 { "first" } else { "second" }
}

fn words(chart: &Columns, column: &Column) -> String {
    let values = chart.names.iter().zip(&column.values).map(|(name, value)| {
        let value = value.map_or_else(|| "unknown".to_owned(), number);
        format!("{name} {value}")
    });
    let values: Vec<String> = values.collect();
    format!("{} {}: {}", chart.class, column.label, values.join(", "))
}

fn numbers(chart: &Columns) -> Markup {
    html! {
        details.numbers {
            summary { "Show the numbers" }
            div.frame.short role="region" aria-label={ (chart.title) ", as a table" } tabindex="0" {
                table {
                    thead { tr { th scope="col" { (chart.class) } @for name in &chart.names { th.num scope="col" { (name) } } } }
                    tbody {
                        @for column in &chart.columns {
                            tr {
                                th scope="row" {
                                    @if let Some(href) = &column.href { a href=(href) { (column.label) } } @else { (column.label) }
                                    @if column.chosen { " (in force)" }
                                }
                                @for value in &column.values { td.num { (amount(*value)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
