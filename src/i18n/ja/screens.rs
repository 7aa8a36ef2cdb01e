//! What the screens say.

use crate::app::station::Mode;
use crate::i18n::{Screens, Station};

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::CheckOut => "出庫",
        Mode::Load => "装填",
        Mode::Eject => "取出し",
        Mode::CheckIn => "入庫",
        Mode::HandOver => "受渡し",
        Mode::Sight => "現物確認",
    }
}

pub(in crate::i18n) fn station(text: Station<'_>) -> String {
    match text {
        Station::ModeName(m) => mode(m).into(),
        Station::ModeSet(m) => format!("モード: {}", mode(m)),
        Station::PlaceSet(place) => format!("場所: {place}"),
        Station::PersonSet(badge) => format!("操作者: {badge}"),
        Station::RecipientSet(badge) => format!("受取人: {badge}"),
        Station::Already { barcode, seq } => format!("{barcode} はこの作業で読取り済みです(記録 {seq})"),
        Station::TwoLabels(shown) => {
            format!(
                "{shown}: 二つのラベルが続けて読まれました。どちらも記録していません。一つずつ読み直してください"
            )
        }
        Station::NeedPerson => "先に自分のバッジを読み取ってください".into(),
        Station::NeedPlace(m) => format!("{}: 先に場所を読み取ってください", mode(m)),
        Station::NeedRecipient => "先に受取人のバッジを読み取ってください".into(),
        Station::NothingToUndo => "取り消せる操作がありません".into(),
    }
}

pub(in crate::i18n) fn screens(text: Screens<'_>) -> String {
    match text {
        Screens::Scan => "読取り".into(),
        Screens::Board => "一覧".into(),
        Screens::Medium => "媒体".into(),
        Screens::Ledger => "台帳".into(),
        Screens::Places => "場所".into(),
        Screens::Keys => "キー".into(),
        Screens::Quit => "終了".into(),
        Screens::NextMode => "次のモード".into(),
        Screens::Undo => "取消し".into(),
        Screens::Filter => "絞込み".into(),
        Screens::Move => "移動".into(),
        Screens::Open => "開く".into(),
        Screens::Search => "検索".into(),
        Screens::Verify => "検証".into(),
        Screens::Person(badge) => format!("操作者 {badge}"),
        Screens::Place(place) => format!("場所 {place}"),
        Screens::Recipient(badge) => format!("受取人 {badge}"),
        Screens::NotYet => "–".into(),
        Screens::Counts { recorded, refused, again } => {
            format!("記録 {recorded}   拒否 {refused}   重複 {again}")
        }
        Screens::Waiting(count) => format!("{count} 件を記録中"),
        Screens::Ready => "読取り待ち".into(),
        Screens::EscAwaits => "Esc …".into(),
        Screens::TooSmall => "端末が小さすぎます(60×16 以上)。".into(),
        Screens::NothingOutside => "保管庫外・所在不明・差異のある媒体はありません。".into(),
        Screens::NoMedium => "媒体が選ばれていません。F2 の後に Enter、または / で検索。".into(),
        Screens::NotVerified => "未検証".into(),
        Screens::Verifying { done, total } => format!("検証中 {done} / {total}"),
        Screens::Entries(count) => format!("記録 {count} 件"),
        Screens::Found(count) => format!("{count} 件"),
        Screens::OpenEnd(span) => format!("{span}経過"),
        Screens::Gap(span) => format!("{span}後"),
        Screens::Of { media, capacity } => format!("{media} / {capacity}"),
    }
}
