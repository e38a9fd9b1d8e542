//! Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by Rust's `semver` crate, build metadata included.
//! Build it with cargo: a package whose only dependency is `semver = "1"`; SEMVER_BUILD_ORACLE names the program.
use semver::Version;
use std::cmp::Ordering;
use std::io::{stdin, BufRead};

fn order(line: &str) -> String {
    let mut versions = Vec::new();
    for text in line.split('\t') {
        match Version::parse(text) {
            Ok(version) => versions.push(version),
            Err(_) => return format!("!{text}"),
        }
    }
    match versions[0].cmp(&versions[1]) {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    }
    .to_string()
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--version") {
        println!("Rust's semver crate 1 (Version::cmp)");
        return;
    }
    for line in stdin().lock().lines() {
        println!("{}", order(&line.unwrap()));
    }
}
