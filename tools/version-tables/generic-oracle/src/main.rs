//! Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by libversion. A `p` before a digit is a patch level
//! (`9.2p1`), and one before none a letter like any other (`1.0.2p`). A version without a digit is refused.

use libversion::{version_compare4, VersionFlags};
use std::cmp::Ordering;
use std::io::BufRead;

fn flags(version: &str) -> VersionFlags {
    let bytes = version.as_bytes();
    let is_patch = (0..bytes.len()).any(|at| {
        bytes[at].eq_ignore_ascii_case(&b'p')
            && (at == 0 || !bytes[at - 1].is_ascii_alphabetic())
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    });
    if is_patch { VersionFlags::P_IS_PATCH } else { VersionFlags::empty() }
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("--version") {
        println!("libversion 0.3.3");
        return;
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (a, b) = line.split_once('\t').expect("two versions");
        match [a, b].iter().find(|version| !version.bytes().any(|byte| byte.is_ascii_digit())) {
            Some(refused) => println!("!{refused}"),
            None => println!(
                "{}",
                match version_compare4(a, b, flags(a), flags(b)) {
                    Ordering::Less => "<",
                    Ordering::Equal => "=",
                    Ordering::Greater => ">",
                }
            ),
        }
    }
}
