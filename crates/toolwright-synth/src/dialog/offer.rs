//! Which tools are on offer: those that calls use, near neighbours that could be taken for them, and strangers.

use super::plan::{Draft, Episode, Outside, taken};
use super::task::Task;

impl Draft<'_> {
    /// The tools on offer: those that calls use, neighbours and strangers, in random order.
    pub(super) fn offer(&mut self, episodes: &[Episode]) -> Vec<usize> {
        let pool = self.pool();
        let mut offered: Vec<usize> = Vec::new();
        // What comes later is not there at first.
        let comes = |episode: &Episode| match episode {
            Episode::News { tool, added: true } => Some(*tool),
            _ => None,
        };
        let coming: Vec<usize> = episodes.iter().filter_map(comes).collect();
        for at in std::mem::take(&mut self.used).into_iter().filter(|at| !coming.contains(at)) {
            let planned = |task: &Task| task.calls().any(|planned| planned.entry == at);
            let used = episodes.iter().any(|episode| matches!(episode, Episode::Task(task) if planned(task)));
            if used && !offered.contains(&at) {
                offered.push(at);
            }
        }
        let used = offered.len();
        let outside: Vec<&Outside> = episodes
            .iter()
            .filter_map(|e| if let Episode::Outside(o) = e { Some(o) } else { None })
            .collect();
        let [least, most] = self.director.config.candidates;
        let (least, most) = (usize::from(least), usize::from(most));
        let least = if used == 0 { least } else { least.max(1) };
        let weights: Vec<f64> = (least..=most.max(least)).map(|n| if n == 0 { 0.5 } else { 1.0 }).collect();
        let target = (least + self.rng.weighted(weights.iter().copied()).unwrap_or(0)).max(used);
        let rivals: Vec<usize> = offered.iter().copied().chain(coming.iter().copied()).collect();
        let domain = rivals.first().map(|at| pool.entries[*at].domain);
        for _ in 0..target * 6 {
            if offered.len() >= target.min(pool.entries.len()) {
                break;
            }
            let neighbour = domain.filter(|_| self.rng.chance(self.director.config.neighbours));
            let at = match neighbour {
                Some(domain) => self.rng.choose(&pool.by_domain[domain]).copied(),
                None => pool.draw(&mut self.rng),
            };
            let Some(at) = at.filter(|at| !offered.contains(at)) else { continue };
            let rival = taken(pool, &rivals, at);
            let serves = outside
                .iter()
                .any(|o| !o.foreign && pool.entries[o.planned.entry].domain == pool.entries[at].domain);
            if !rival && !serves {
                offered.push(at);
            }
        }
        self.rng.shuffle(&mut offered);
        offered
    }
}
