//! Forms: what each asks for, and which line is wrong.

use super::*;
use crate::domain::time::HOUR;

fn filled(ask: Ask, texts: &[&str]) -> Result<Wish, Wrong> {
    let mut form = Form::new(ask, None);
    for ((_, line), text) in form.lines.iter_mut().zip(texts) {
        (*text).clone_into(line);
    }
    form.wish(Timestamp::MIN, 0)
}

#[test]
fn a_form_says_which_line_is_wrong() {
    let order = OrderId(7);
    for (ask, texts, wrong) in [
        (Ask::Request, &["Restore"][..], Wrong::Moment(String::new())),
        (Ask::Request, &["", "+4h", "K1"], Wrong::Name(Field::Purpose, String::new())),
        (Ask::Request, &["restore", "soon", "K1"], Wrong::Moment("soon".to_owned())),
        (Ask::Request, &["restore", "+4h", " "], Wrong::Empty(Field::Media)),
        (Ask::Approve(order), &["", "1234"], Wrong::Empty(Field::Badge)),
        (Ask::Approve(order), &["A-1", "12"], Wrong::Pin),
        (Ask::Reject(order), &["", "A-1"], Wrong::Empty(Field::Why)),
        (Ask::Close(order), &["K1", "", "A-1"], Wrong::Empty(Field::Why)),
        (Ask::Shift(None), &["1234", "B-2", ""], Wrong::Pin),
        (Ask::OpenAudit, &["no place", "X-1"], Wrong::Name(Field::Place, "no place".to_owned())),
        (Ask::CloseAudit(AuditId(7)), &["X-1", "", "", "1234"], Wrong::Empty(Field::With)),
        (Ask::CloseAudit(AuditId(7)), &["X-1", "", "A-1", ""], Wrong::Pin),
    ] {
        assert_eq!(filled(ask, texts), Err(wrong), "{ask:?} {texts:?}");
    }
}

#[test]
fn a_form_that_is_filled_in_is_an_act() {
    let Ok(Wish::Act(Act::Request(new))) = filled(Ask::Request, &["restore", "+4h", "K1 K2 ", "", "why", ""])
    else {
        panic!("no request");
    };
    assert_eq!((new.wanted.texts.len(), new.until), (2, Timestamp::MIN.plus(4 * HOUR)));
    assert_eq!((new.text.as_deref(), new.work, new.destination), (Some("why"), None, None));
    let by = (Badge::new("A-1").unwrap(), None);
    for (ask, texts, act) in [
        (Ask::Approve(OrderId(7)), &["A-1", ""][..], Act::Approve(OrderId(7), by.clone())),
        (Ask::Close(OrderId(7)), &["", "", "A-1"], Act::Close(OrderId(7), Vec::new(), None, by)),
    ] {
        assert_eq!(filled(ask, texts), Ok(Wish::Act(act)));
    }
    assert!(matches!(filled(Ask::Override, &["fire"]), Ok(Wish::Override(_))));
}

#[test]
fn labels_are_parted_by_their_ends_and_the_last_line_sends() {
    let mut form = Form::new(Ask::Close(OrderId(7)), Some(&Badge::new("B-1").unwrap()));
    for label in ["K1", "K2"] {
        label.chars().for_each(|c| form.letter(c));
        assert!(!form.enter());
    }
    assert_eq!((form.told(Field::Missing), form.at), ("K1 K2", 0));
    assert!(!form.enter() && form.at == 1);
    assert!(!form.enter() && !form.enter() && form.at == 3);
    assert!(form.enter());
    assert_eq!(form.told(Field::Badge), "B-1");
}
