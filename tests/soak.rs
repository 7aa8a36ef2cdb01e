//! The soak: random work on a real ledger, through several sessions at once, against a model of the domain in plain maps
//! that calls none of the program's rules. After every step the outcome, and the answer to every question, must be the
//! model's. What fails is cut down to the few steps that it takes.
//!
//! `KURABAN_SOAK_MINUTES=60` or `KURABAN_SOAK_STEPS=100000` goes on with new cases for so long; `KURABAN_SEED` begins
//! elsewhere, `KURABAN_SOAK_CASE` at a certain case.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kuraban::domain::time::Timestamp;
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

use crate::dice::{Dice, times};
use crate::soak_acts::{Act, Oracle};
use crate::soak_chance::act;
use crate::soak_chance_site::stage;
use crate::soak_model::Model;
use crate::soak_run::{Reached, Soak};
use crate::support::{BEGIN, Bench, PIN, Photo};

/// The acts of an ordinary run: so many cases of so many.
const CASES: usize = 4;
const ACTS: usize = 80;
/// The most acts of a case of a long run: few of most, many of some.
const LONG: [usize; 5] = [60, 120, 120, 250, 900];
/// Acts that nobody is refused.
const NEVER_REFUSED: [&str; 3] = ["reopen", "verify", "backup"];

/// The ledger as the stage leaves it, and the model of it.
fn staged() -> (Photo, Model) {
    let bench = Bench::empty();
    bench.ok(&["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"]);
    let now = Timestamp::parse_exact(BEGIN).unwrap().millis();
    let mut soak = Soak::new(bench, Model::begun(now, "TOKYO", "B-1", "Sato", PIN));
    for act in stage() {
        let reached = &mut Reached::default();
        soak.step(&act, reached).unwrap_or_else(|error| panic!("{act:?}: {error}"));
        assert!(reached.reasons.is_empty(), "{act:?}: {reached:?}");
    }
    let Soak { ledger, model, .. } = soak;
    drop(ledger.sessions);
    (ledger.bench.photo(), model)
}

thread_local! {
    static STAGE: (Photo, Rc<Model>) = {
        let (photo, model) = staged();
        (photo, Rc::new(model))
    };
}

/// An act as the record stands.
#[derive(Debug)]
struct Chance(Rc<Model>);

/// The act that was chosen. It is cut down elsewhere.
#[derive(Debug)]
struct Chosen(Act);

impl Strategy for Chance {
    type Tree = Chosen;
    type Value = Act;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut dice = Dice::new(runner.rng().next_u64());
        // Seeds that are alike begin alike.
        for _ in 0..8 {
            dice.roll(2);
        }
        Ok(Chosen(act(&self.0, &mut dice)))
    }
}

impl ValueTree for Chosen {
    type Value = Act;

    fn current(&self) -> Act {
        self.0.clone()
    }

    fn simplify(&mut self) -> bool {
        false
    }

    fn complicate(&mut self) -> bool {
        false
    }
}

/// The model as a machine that goes from state to state. Samples are drawn from hashes that it does not know, so that
/// what it foresees is only a likely story here; the model that is held against the ledger is told them.
struct Machine;

impl ReferenceStateMachine for Machine {
    type State = Rc<Model>;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Rc<Model>> {
        Just(STAGE.with(|(_, model)| Rc::clone(model))).boxed()
    }

    fn transitions(state: &Rc<Model>) -> BoxedStrategy<Act> {
        Chance(Rc::clone(state)).boxed()
    }

    fn apply(state: Rc<Model>, act: &Act) -> Rc<Model> {
        let mut model = Rc::unwrap_or_clone(state);
        model.act(act, &Oracle { why: None, hash: &|_| [0; 32] });
        Rc::new(model)
    }
}

/// Does it all, and stops where program and model part: after so many acts, and why.
fn history(acts: &[Act], reached: &mut Reached) -> Result<(), (usize, String)> {
    let (bench, model) = STAGE.with(|(photo, model)| (photo.bench(), Model::clone(model)));
    let mut soak = Soak::new(bench, model);
    for (at, act) in acts.iter().enumerate() {
        soak.step(act, reached).map_err(|error| (at + 1, format!("after {act:?}\n{error}")))?;
    }
    soak.end(reached).map_err(|error| (acts.len(), error))
}

/// The same without those from `at` on, of which the time stays that they took, or goes with them.
fn without(acts: &[Act], at: usize, many: usize, time_stays: bool) -> Vec<Act> {
    let mut fewer = acts.to_vec();
    let gone: Vec<Act> = fewer.drain(at..acts.len().min(at + many)).collect();
    if let Some(next) = fewer.get_mut(at).filter(|_| time_stays) {
        next.pause += gone.iter().map(|act| act.pause).sum::<i64>();
    }
    fewer
}

/// The acts that it takes to part, and where they do. Proptest leaves out one act after the other, which for a long
/// history takes an hour; here halves are left out first, then quarters, and so on.
fn cut_down(mut acts: Vec<Act>, mut why: String) -> (Vec<Act>, String) {
    let fails = |acts: &[Act]| history(acts, &mut Reached::default()).err().map(|(_, why)| why);
    let mut many = acts.len().div_ceil(2);
    while many > 0 {
        let mut at = 0;
        while at < acts.len() {
            let mut tries = [true, false].map(|stays| without(&acts, at, many, stays)).into_iter();
            match tries.find_map(|fewer| fails(&fewer).map(|same| (fewer, same))) {
                Some(fewer) => (acts, why) = fewer,
                None => at += many,
            }
        }
        many /= 2;
    }
    for at in 0..acts.len() {
        for simplify in Act::SIMPLER {
            let mut simpler = acts.clone();
            simplify(&mut simpler[at]);
            if let Some(same) = fails(&simpler) {
                (acts, why) = (simpler, same);
            }
        }
    }
    (acts, why)
}

/// One case: a history of this number, of at most so many acts.
fn case(number: usize, most: usize, reached: &RefCell<Reached>) {
    let mut dice = Dice::of("soak", number);
    let mut seed = [0; 32];
    seed.fill_with(|| u8::try_from(dice.roll(256)).unwrap());
    let mut runner =
        TestRunner::new_with_rng(ProptestConfig::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let (_, mut acts, _) = Machine::sequential_strategy(1..=most).new_tree(&mut runner).unwrap().current();
    let Err((many, why)) = history(&acts, &mut reached.borrow_mut()) else { return };
    eprintln!("soak: case {number}, act {many} of {}: {why}\nsoak: it is cut down now", acts.len());
    acts.truncate(many);
    let (acts, why) = cut_down(acts, why);
    let mut told = String::new();
    for act in &acts {
        writeln!(told, "  {act:?}").unwrap();
    }
    panic!("case {number}: {why}\nafter the stage:\n{told}");
}

fn tell(reached: &Reached, seconds: u64) {
    let Reached { acts, reasons, flags, classes, steps, cases, entries } = reached;
    eprintln!("soak: {steps} steps in {cases} cases, {entries} entries, {seconds} s");
    for (act, [done, refused]) in acts {
        eprintln!("  {act:<18} {done:>8} done {refused:>8} refused");
    }
    eprintln!("  refused for {reasons:?}\n  stocktakes {classes:?}\n  flags {flags:?}");
}

#[test]
fn the_program_does_and_tells_what_the_model_does() {
    let minutes = times("KURABAN_SOAK_MINUTES", 0) as u64;
    let steps = times("KURABAN_SOAK_STEPS", 0) as u64;
    let first = times("KURABAN_SOAK_CASE", 0);
    let reached = RefCell::new(Reached::default());
    if minutes == 0 && steps == 0 {
        for number in first..first + CASES {
            case(number, ACTS, &reached);
        }
        return;
    }
    let begun = Instant::now();
    let ends = |reached: &Reached| {
        let late = minutes > 0 && begun.elapsed() >= Duration::from_secs(60 * minutes);
        late || (steps > 0 && reached.steps >= steps)
    };
    let mut number = first;
    while !ends(&reached.borrow()) {
        case(number, LONG[number % LONG.len()], &reached);
        number += 1;
        if number.is_multiple_of(50) {
            eprintln!(
                "soak: case {number}, {} steps, {} s",
                reached.borrow().steps,
                begun.elapsed().as_secs()
            );
        }
    }
    let reached = reached.into_inner();
    tell(&reached, begun.elapsed().as_secs());
    // What was never refused, or never done, was not tried.
    let lacks = |(act, [done, refused]): (&&str, &[u64; 2])| {
        let lacks = *done == 0 || (*refused == 0 && !NEVER_REFUSED.contains(act));
        lacks.then(|| (*act).to_owned())
    };
    let lacking: Vec<String> = reached.acts.iter().filter_map(lacks).collect();
    assert!(lacking.is_empty() || reached.steps < ENOUGH, "{lacking:?}");
}

/// After so many steps everything must have been done and refused.
const ENOUGH: u64 = 20_000;
