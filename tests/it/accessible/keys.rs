//! A page by keyboard alone: Tab comes to everything that can be pressed or filled, in the order of the page, is seen
//! where it is, and gets out again.

use thirtyfour::Key;

use crate::helpers::browser::Browser;

/// Once more around, in case something holds more stops of its own than counted.
const ROUNDS: usize = 3;

/// What is wrong with it.
pub async fn faults(browser: &Browser) -> Vec<String> {
    let driver = browser.driver();
    let prepared = driver.execute(include_str!("keys.js"), Vec::new()).await.expect("the script runs");
    let stops: usize = prepared.convert().expect("a number");
    for _ in 0..ROUNDS {
        let tabs = Key::Tab.value().to_string().repeat(stops);
        driver.action_chain().send_keys(tabs).perform().await.expect("keys are pressed");
        let done = driver.execute("return walk.reached.length === walk.elements.length;", Vec::new()).await;
        if done.expect("the script runs").convert().expect("a truth") {
            break;
        }
    }
    let report = driver.execute("return walk.report();", Vec::new()).await.expect("the script runs");
    report.convert().expect("texts")
}
