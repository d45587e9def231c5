// SPDX-License-Identifier: MIT
//! A structure with every kind of field, as a tuple of tuples, which has the same bytes.

type Numbers = (u8, i16, u32, i64, bool, f32, f64, char);
pub type Sample = (
    Numbers,
    String,
    String,
    Vec<u8>,
    Option<u16>,
    Option<String>,
    Option<String>,
    Vec<String>,
    Vec<(u32, String)>,
    Vec<u8>,
);

pub fn sample() -> Sample {
    (
        (7, -2, 3_000_000_000, -5, true, 1.5, 2.25, 'ž'),
        "short".into(),
        "longer than eight".into(),
        vec![1, 2, 3],
        Some(9),
        None,
        Some("optional and long".into()),
        vec!["a".into(), "a text of more than eight".into()],
        vec![(1, "the first element".into()), (2, "x".into())],
        vec![],
    )
}
