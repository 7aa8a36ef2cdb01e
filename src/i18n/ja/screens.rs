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
        Mode::Audit => "棚卸し",
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
        Station::CountedBefore(barcode) => format!("{barcode} はここで計数済みです"),
        Station::NoAudit(place) => format!(
            "{place} を対象とする計数中の棚卸しはありません。別の場所を読み取るか、監査人が開始します: kuraban audit open"
        ),
        Station::TwoLabels(shown) => {
            format!(
                "{shown}: 二つのラベルが続けて読まれました。どちらも記録していません。一つずつ読み直してください"
            )
        }
        Station::SignedOn(badge) => format!("{badge} はサインオン済みです。PIN は不要です"),
        Station::PinLike(dots) => format!(
            "{dots} は PIN のようなので記録していません。PIN は求められたときだけ入力し、数字だけのラベルはスキャナで読み取ってください"
        ),
        Station::Late => {
            "台帳を待っています。別のプログラムが使用中かもしれません。読み取ったものは失われません".into()
        }
        Station::BadgeAtScan => "先に読取り画面 (F1) で自分のバッジを読み取ってください".into(),
        Station::NeedPerson => "先に自分のバッジを読み取ってください".into(),
        Station::NeedPlace(m) => format!("{}: 先に場所を読み取ってください", mode(m)),
        Station::NeedRecipient => "先に受取人のバッジを読み取ってください".into(),
        Station::Unrecorded { label, why } => {
            format!("{label} は記録されていません: {why} もう一度読み取ってください")
        }
        Station::WitnessWanted => "立会者のバッジを読み取ってください".into(),
        Station::WitnessSet(badge) => format!("立会者: {badge}"),
        Station::OrderSet(order) => format!("作業指示 {order} による出庫"),
        Station::OverrideSet => "作業指示なしの出庫: 承認者が追認するまで重大のまま残ります".into(),
        Station::ShiftOver(hours) => {
            format!("勤務の {hours} 時間が過ぎました。バッジを読み取り、改めてサインオンしてください。")
        }
        Station::Forgotten(minutes) => {
            format!("{minutes}分間操作がなかったためロックしました。バッジを読み取ってください")
        }
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
        Screens::Orders => "作業指示".into(),
        Screens::Keys => "キー".into(),
        Screens::Quit => "終了".into(),
        Screens::NextMode => "モード".into(),
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
        Screens::NothingShown => "条件に合う媒体はありません。x で全件表示。".into(),
        Screens::ByHour { hours, now, most } => {
            format!("持出し中の推移 {hours}時間(現在 {now}、最大 {most})")
        }
        Screens::ByTime => "持出し時間別".into(),
        Screens::Narrowed(parts) => format!("絞込み: {parts}(x で全件)"),
        Screens::Listed { listed, total } => format!("全 {total} 件中、緊急度の高い {listed} 件"),
        Screens::InTime(count) => format!("{count} 本、期限内"),
        Screens::UnderOrder(order) => format!("指示 {order}"),
        Screens::Residents => "常駐装置".into(),
        Screens::Contents { place, count } => format!("{place}: 媒体 {count} 本   (← 戻る)"),
        Screens::Back => "戻る".into(),
        Screens::NarrowBy(title) => format!("絞込み: {}", super::text::heading(title)),
        Screens::ShowAll => "絞込み: 解除".into(),
        Screens::Copy => "コピー".into(),
        Screens::Copied => "端末のクリップボードに送りました。".into(),
        Screens::Export => "CSV 出力".into(),
        Screens::ExportTo => "履歴を CSV で書き出すファイル".into(),
        Screens::Exported(file) => format!("履歴を {file} に書き出しました"),
        Screens::Unwritten { file, error } => {
            format!("{file} に書き出せません: {error}。上書きはしていません。別の名前を指定してください。")
        }
        Screens::EnterOrLeave => "Enter: サインオン   Esc: 中止".into(),
        Screens::EnterOrEsc => "Enter: 書出し   Esc: 中止".into(),
        Screens::Suspend => "シェルに戻る(fg で復帰)".into(),
    }
}
