//! Which workload of today was which of the baseline.

use super::checker::Given;
use crate::workload::Workload;

/// A workload as the baseline has it, read again.
#[derive(Debug)]
pub struct Known {
    /// Position in the baseline.
    pub index: usize,
    /// As today's reader understands it.
    pub workload: Workload,
    /// Its file, as seen from the baseline's folder.
    pub file: String,
}

/// Who belongs to whom.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// For each workload of today, its position in the baseline.
    pub today: Vec<Option<usize>>,
    /// Positions in the baseline that nothing of today belongs to.
    pub left: Vec<usize>,
}

/// Pairs by name; what is left by file; what is still left by what it says. The last two are renamed.
pub fn pair(given: &[Given], known: &[Known]) -> Pairs {
    let mut today: Vec<Option<usize>> = vec![None; given.len()];
    let rules: [fn(&Given, &Known) -> bool; 3] = [
        |given, known| given.workload.name == known.workload.name,
        |given, known| !known.file.is_empty() && given.file_from_baseline == known.file,
        |given, known| says_the_same(&given.workload, &known.workload),
    ];
    for rule in rules {
        for (index, one) in given.iter().enumerate() {
            if today[index].is_some() {
                continue;
            }
            let free = |other: &&Known| !today.contains(&Some(other.index));
            today[index] = known.iter().filter(free).find(|other| rule(one, other)).map(|other| other.index);
        }
    }
    let left = known.iter().map(|one| one.index).filter(|index| !today.contains(&Some(*index))).collect();
    Pairs { today, left }
}

/// Whether two workloads ask the same question: name and labels do not matter.
pub fn says_the_same(a: &Workload, b: &Workload) -> bool {
    let question = |workload: &Workload| Workload { name: String::new(), tags: Default::default(), ..workload.clone() };
    question(a) == question(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Vocabulary, read_str};

    fn workload(name: &str, volume: &str) -> Workload {
        let text = format!(
            "name: {name}\ninput: {{volume: {volume}, format: parquet}}\ncadence: daily\ndeadline: 1 h\njob: aggregation\n"
        );
        read_str(&text, "job.yaml", &Vocabulary::unchecked()).expect("reads")
    }

    fn given(name: &str, volume: &str, file: &str) -> Given {
        Given {
            workload: workload(name, volume),
            text: String::new(),
            file: file.to_owned(),
            file_from_baseline: file.to_owned(),
        }
    }

    fn known(index: usize, name: &str, volume: &str, file: &str) -> Known {
        Known { index, workload: workload(name, volume), file: file.to_owned() }
    }

    #[test]
    fn names_win_then_files_then_what_is_said() {
        let today = [
            given("a", "9 TB", "x.yaml"),
            given("b2", "2 TB", "b.yaml"),
            given("c2", "3 TB", "moved.yaml"),
            given("new", "7 TB", "new.yaml"),
        ];
        let base = [
            known(0, "c", "3 TB", "c.yaml"),
            known(1, "b", "1 TB", "b.yaml"),
            known(2, "a", "1 TB", "a.yaml"),
            known(3, "gone", "1 TB", "gone.yaml"),
        ];
        let pairs = pair(&today, &base);
        assert_eq!(pairs.today, [Some(2), Some(1), Some(0), None]);
        assert_eq!(pairs.left, [3]);
    }
}
