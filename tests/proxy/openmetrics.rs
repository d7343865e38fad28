//! A reader of [OpenMetrics](https://prometheus.io/docs/specs/om/open_metrics_spec/) text that
//! takes nothing that is not in order.

use std::collections::{BTreeMap, BTreeSet};

/// Every sample, by its name and labels as they are written.
#[derive(Debug, Default)]
pub struct Samples(BTreeMap<String, f64>);

impl Samples {
    /// Panics where the text is out of order.
    pub fn read(text: &str) -> Self {
        let text = text.strip_suffix("# EOF\n").expect("an end");
        let mut samples = BTreeMap::new();
        let mut families = BTreeSet::new();
        let (mut name, mut kind, mut unit) = ("", "", None);
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (word, of, rest) = (words.next(), words.next().unwrap(), words.next().unwrap());
                match word {
                    Some("HELP") => {
                        assert!(families.insert(of.to_owned()), "{of} twice");
                        assert!(!rest.is_empty() && !rest.contains(['"', '\\']), "{line}");
                        (name, kind, unit) = (of, "", None);
                    }
                    Some("TYPE") => kind = rest,
                    Some("UNIT") => unit = Some(rest),
                    _ => panic!("{line}"),
                }
                assert_eq!(of, name, "{line}");
                continue;
            }
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let (of, labels) = sample.split_once('{').unwrap_or((sample, "}"));
            let suffix = of.strip_prefix(name).unwrap_or_else(|| panic!("{line}"));
            let fits = match kind {
                "counter" => suffix == "_total",
                "gauge" => suffix.is_empty(),
                "info" => suffix == "_info" && value == "1",
                "histogram" => ["_bucket", "_sum", "_count"].contains(&suffix),
                _ => false,
            };
            assert!(fits, "{kind}: {line}");
            assert!(
                unit.is_none_or(|unit| name.ends_with(&format!("_{unit}"))),
                "{line}"
            );
            check_labels(labels.strip_suffix('}').unwrap());
            let value = value.parse::<f64>().unwrap();
            assert!(value >= 0.0 || kind == "gauge", "{line}");
            assert!(
                samples.insert(sample.to_owned(), value).is_none(),
                "{line} twice"
            );
        }
        let samples = Self(samples);
        samples.check_histograms();
        samples
    }

    /// The value of a sample; none is zero, as counters begin there.
    pub fn get(&self, sample: &str) -> f64 {
        self.0.get(sample).copied().unwrap_or_default()
    }

    pub fn has(&self, sample: &str) -> bool {
        self.0.contains_key(sample)
    }

    /// Of all samples whose name and labels begin so.
    pub fn sum(&self, beginning: &str) -> f64 {
        let those = self
            .0
            .iter()
            .filter(|(sample, _)| sample.starts_with(beginning));
        those.map(|(_, value)| value).sum()
    }

    /// Each bucket holds those before it, and the last one all.
    fn check_histograms(&self) {
        let mut all = BTreeMap::<String, Vec<(f64, f64)>>::new();
        for (sample, value) in &self.0 {
            if let Some((name, labels)) = sample.split_once("_bucket{le=\"") {
                let (end, labels) = labels.split_once('"').unwrap();
                let labels = labels.trim_start_matches(',');
                let total = format!("{name}_count{{{labels}").replace("{}", "");
                let buckets = all.entry(total).or_default();
                buckets.push((end.parse().unwrap(), *value));
            }
        }
        for (total, mut buckets) in all {
            buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
            let is_sorted = buckets.is_sorted_by_key(|(_, count)| *count);
            assert!(is_sorted, "{total} {buckets:?}");
            let last = buckets.pop().unwrap();
            assert_eq!(last, (f64::INFINITY, self.0[&total]), "{total}");
        }
    }
}

/// `name="value",…`, whose values have what would end them behind a backslash.
fn check_labels(mut labels: &str) {
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").unwrap();
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{name}"
        );
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, char)| {
            let ends = *char == '"' && !escaped;
            escaped = *char == '\\' && !escaped;
            ends
        });
        let rest = &rest[end.unwrap().0 + 1..];
        labels = rest.strip_prefix(',').unwrap_or_else(|| {
            assert_eq!(rest, "");
            rest
        });
    }
}
