//! The bare allocation problem by `loa plan --instance`: problems made here by chance, and plans and certificates judged
//! here by code that shares nothing with the planner.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::helpers::chance::Chance;

const DAYS: u64 = 14;
const SLOTS: u64 = 6;

/// So many stations with as many seconds, dayparts, targets and demands as provinces are compared by: more is wanted than
/// there is room for.
fn problem(chance: &mut Chance, stations: u64) -> Value {
    let pick = |chance: &mut Chance, from: &[u64]| from[usize::try_from(chance.below(from.len() as u64)).unwrap()];
    let some = |chance: &mut Chance, of: u64, least: u64, most: u64| {
        let count = least + chance.below(most - least + 1);
        let mut chosen = BTreeSet::new();
        while (chosen.len() as u64) < count {
            chosen.insert(chance.below(of));
        }
        chosen
    };
    let station = |chance: &mut Chance, id: u64| {
        let mut cap: Vec<Vec<u64>> = Vec::new();
        for _ in 0..DAYS {
            cap.push((0..SLOTS).map(|_| pick(chance, &[0, 600, 660, 720, 780, 840, 900, 907])).collect());
        }
        json!({"id": id, "district": id % 4, "lang": if chance.below(3) == 0 { "nung" } else { "vi" }, "cap": cap})
    };
    let bulletin = |chance: &mut Chance, id: u64| {
        let target = match chance.below(5) {
            0 | 1 => json!({"kind": "all", "of": "all"}),
            2 => json!({"kind": "districts", "of": some(chance, 4, 1, 3)}),
            3 => json!({"kind": "lang", "of": "vi"}),
            _ => json!({"kind": "list", "of": some(chance, stations, 1, stations)}),
        };
        let first = pick(chance, &[0, 0, 1, 3, 7]);
        let last = (first + pick(chance, &[3, 6, 13])).min(DAYS - 1);
        let required = 6 + chance.below(17);
        json!({"id": id, "dur": 15 * (4 + chance.below(21)), "d0": first, "d1": last, "target": target,
            "slots": some(chance, SLOTS, 2, SLOTS), "maxday": 2 + chance.below(3), "req": [required, required],
            "prio": pick(chance, &[1, 2, 3, 3, 5, 8])})
    };
    let listed: Vec<Value> = (0..stations).map(|id| station(chance, id)).collect();
    let bulletins: Vec<Value> = (0..30).map(|id| bulletin(chance, id)).collect();
    json!({"days": DAYS, "slots": SLOTS, "stations": listed, "bulletins": bulletins})
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Whether a bulletin is for a station.
fn means(bulletin: &Value, station: &Value) -> bool {
    let of = &bulletin["target"]["of"];
    let among = |one: &Value| of.as_array().unwrap().contains(one);
    match bulletin["target"]["kind"].as_str().unwrap() {
        "all" => true,
        "districts" => among(&station["district"]),
        "lang" => *of == station["lang"],
        _ => among(&station["id"]),
    }
}

/// What a plan is worth at each station, or the first rule it breaks.
fn judge(problem: &Value, plan: &Value) -> Result<Vec<i64>, String> {
    let (stations, bulletins) = (problem["stations"].as_array().unwrap(), problem["bulletins"].as_array().unwrap());
    let mut seen = BTreeSet::new();
    let (mut used, mut on_day) = (BTreeMap::<_, i64>::new(), BTreeMap::<_, i64>::new());
    let mut in_week = BTreeMap::<_, i64>::new();
    for play in plan.as_array().unwrap() {
        let [at, id, day, slot] = [0, 1, 2, 3].map(|field| number(&play[field]));
        let (station, bulletin) = (&stations[at as usize], &bulletins[id as usize]);
        let fault = |what: &str| Err(format!("{play}: {what}"));
        if !seen.insert((at, id, day, slot)) {
            return fault("twice in a slot");
        }
        if !means(bulletin, station) {
            return fault("not for this station");
        }
        if !(number(&bulletin["d0"])..=number(&bulletin["d1"])).contains(&day) {
            return fault("outside its days");
        }
        if !bulletin["slots"].as_array().unwrap().contains(&json!(slot)) {
            return fault("in a slot that it may not go into");
        }
        let seconds = used.entry((at, day, slot)).or_default();
        *seconds += number(&bulletin["dur"]);
        if *seconds > number(&station["cap"][day as usize][slot as usize]) {
            return fault("its slot is over full");
        }
        let plays = on_day.entry((at, id, day)).or_default();
        *plays += 1;
        if *plays > number(&bulletin["maxday"]) {
            return fault("too often on a day");
        }
        *in_week.entry((at, id, day / 7)).or_default() += 1;
    }
    let mut worth = vec![0; stations.len()];
    for ((at, id, week), plays) in in_week {
        let bulletin = &bulletins[id as usize];
        worth[at as usize] += number(&bulletin["prio"]) * plays.min(number(&bulletin["req"][week as usize]));
    }
    Ok(worth)
}

/// What no plan of each station can exceed, by weak duality: prices from 0 on for each week's demand and each day's plays
/// are taken off what a play is worth, what is left fills each slot in the best way, and the prices are paid back.
fn bounds(problem: &Value, certificate: &Value) -> Vec<i64> {
    let mut bounds = Vec::new();
    let stations = problem["stations"].as_array().unwrap();
    for (station, priced) in stations.iter().zip(certificate["stations"].as_array().unwrap()) {
        assert_eq!(station["id"], priced["station"]);
        let mut bound = 0;
        for (week, prices) in priced["weeks"].as_array().unwrap().iter().enumerate() {
            bound += week_bound(problem, station, week as i64, prices);
        }
        bounds.push(bound);
    }
    bounds
}

fn week_bound(problem: &Value, station: &Value, week: i64, prices: &Value) -> i64 {
    let scale = number(&prices["scale"]);
    let worth: BTreeMap<i64, i64> =
        prices["worth"].as_array().unwrap().iter().map(|one| (number(&one[0]), number(&one[1]))).collect();
    let on_day: BTreeMap<(i64, i64), i64> = prices["day"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ((number(&one[0]), number(&one[1])), number(&one[2])))
        .collect();
    assert!(scale > 0 && on_day.values().all(|price| *price >= 0), "a price below 0 proves nothing");
    let mut bound = 0;
    let mut things: Vec<(&Value, i64)> = Vec::new();
    for bulletin in problem["bulletins"].as_array().unwrap().iter().filter(|bulletin| means(bulletin, station)) {
        let required = number(&bulletin["req"][week as usize]);
        if required == 0 {
            continue;
        }
        let worth = worth[&number(&bulletin["id"])];
        let demand = number(&bulletin["prio"]) * scale - worth;
        assert!(demand >= 0, "a price below 0 proves nothing");
        bound += required * demand;
        things.push((bulletin, worth));
    }
    for day in week * 7..week * 7 + 7 {
        for (bulletin, _) in &things {
            bound += number(&bulletin["maxday"]) * on_day.get(&(number(&bulletin["id"]), day)).unwrap_or(&0);
        }
        for slot in 0..i64::try_from(SLOTS).unwrap() {
            let mut best = vec![0; 1 + number(&station["cap"][day as usize][slot as usize]) as usize];
            for (bulletin, worth) in &things {
                let may = (number(&bulletin["d0"])..=number(&bulletin["d1"])).contains(&day)
                    && bulletin["slots"].as_array().unwrap().contains(&json!(slot));
                let worth = worth - on_day.get(&(number(&bulletin["id"]), day)).unwrap_or(&0);
                let length = number(&bulletin["dur"]) as usize;
                for seconds in (length..best.len()).rev().filter(|_| may && worth > 0) {
                    best[seconds] = best[seconds].max(best[seconds - length] + worth);
                }
            }
            bound += best[best.len() - 1];
        }
    }
    bound.div_euclid(scale)
}

fn plan(folder: &Path, problem: &str) -> (Output, Value, Value) {
    std::fs::write(folder.join("problem.json"), problem).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_loa"))
        .current_dir(folder)
        .args(["plan", "--instance", "problem.json", "--out", "plan.json", "--certificate", "certificate.json"])
        .output()
        .unwrap();
    let read = |name: &str| {
        std::fs::read(folder.join(name)).map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap())
    };
    let (plan, certificate) = (read("plan.json"), read("certificate.json"));
    (output, plan, certificate)
}

#[test]
fn plans_of_the_bare_problem_break_no_rule_and_prove_how_good_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Chance::new();
    let problem = problem(&mut chance, 8);
    let (output, first, certificate) = plan(folder.path(), &problem.to_string());
    assert!(output.status.success(), "{output:?}");
    let worth = judge(&problem, &first).unwrap();
    let bounds = bounds(&problem, &certificate);
    for (worth, bound) in worth.iter().zip(&bounds) {
        assert!(worth <= bound, "worth {worth}, and nothing is worth more than {bound}");
        assert!(worth * 1000 >= bound * 960, "worth {worth} of at most {bound}");
    }
    let (worth, bound) = (worth.iter().sum::<i64>(), bounds.iter().sum::<i64>());
    assert!(worth * 1000 >= bound * 985, "worth {worth} of at most {bound}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&format!("value {worth}, at most {bound} by")), "{said}");
    // The same problem, the same bytes.
    let (_, again, priced_again) = plan(folder.path(), &problem.to_string());
    assert_eq!((first, certificate), (again, priced_again));
}

#[test]
fn a_problem_that_makes_no_sense_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let sound = problem(&mut Chance::new(), 2);
    let broken = |change: fn(&mut Value)| {
        let mut problem = sound.clone();
        change(&mut problem);
        problem.to_string()
    };
    for (text, expected) in [
        ("{".into(), "EOF"),
        ("[]".into(), "problem.json: invalid"),
        (broken(|p| p["stations"][1]["cap"] = json!([[60]])), "station 1: cap must have 14 days of 6 slots"),
        (broken(|p| p["stations"][0]["cap"][0][0] = json!(90_000)), "station 0: a slot has at most 86400 seconds"),
        (broken(|p| p["bulletins"][3]["dur"] = json!(0)), "bulletin 3: dur must be"),
        (broken(|p| p["bulletins"][3]["d1"] = json!(14)), "bulletin 3: d0 to d1"),
        (broken(|p| p["bulletins"][3]["slots"] = json!([2, 2])), "bulletin 3: slots must be"),
        (broken(|p| p["bulletins"][3]["req"] = json!([1])), "bulletin 3: req must have one number for each week"),
        (broken(|p| p["bulletins"][3]["prio"] = json!(0)), "bulletin 3: prio must be"),
    ] {
        let (output, plan, _) = plan(folder.path(), &text);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), plan), (Some(2), Value::Null), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
