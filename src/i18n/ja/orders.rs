//! What is said about movement orders and people.

use crate::app::{Counts, Open};
use crate::domain::order::OrderState;
use crate::domain::refusal::OrderRefusal;
use crate::i18n::{Asked, Blank, Head, Orders, Sentence, Voice};

/// The state of an order in a word.
const fn state(state: OrderState, over: bool) -> &'static str {
    match state {
        OrderState::Requested => "申請中",
        OrderState::Approved if over => "承認済み・期限切れ",
        OrderState::Approved => "承認済み",
        OrderState::Rejected => "却下",
        OrderState::Closed => "完了",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, text: &Orders<'_>) -> String {
    match *text {
        Orders::Requested { order } => {
            format!("作業指示 {order} を申請しました。別の人が承認します: kuraban order approve {order}")
        }
        Orders::NightOpened { order, parent } => {
            format!("作業指示 {order} を開きました(継続指示 {parent} の当夜分)。")
        }
        Orders::Approved { order, seq } => format!("作業指示 {order} を承認しました(記録 {seq})"),
        Orders::Rejected { order, seq } => format!("作業指示 {order} を却下しました(記録 {seq})"),
        Orders::Extended { order, until, seq } => {
            format!("作業指示 {order} を {until} まで延長しました(記録 {seq})")
        }
        Orders::Closed { order, seq } => format!("作業指示 {order} を完了しました(記録 {seq})"),
        Orders::BadMedia { count } => {
            format!("使えないバーコードが {count} 件あります。何も記録していません。")
        }
        Orders::MissingNeedsWhy => "所在不明の理由を指定してください: --why WHY。".into(),
        Orders::NoMediaNamed => {
            "媒体を指定してください: バーコード、標準入力の -、--file FILE、--at PLACE、--find TEXT。".into()
        }
        Orders::BadNumber { value } => format!("「{value}」は作業指示の番号ではありません。"),
        Orders::Under { order } => format!("作業指示 {order}"),
        Orders::State { state: now, over } => state(now, over).into(),
        Orders::Standing { most, used } => format!("継続指示: 一晩 {most} 本まで(直近の晩は {used} 本)"),
        Orders::Text => "説明".into(),
        Orders::Work => "作業内容".into(),
        Orders::Window { from, until } => format!("{from} 〜 {until}"),
        Orders::Where { state, resident, place } => {
            let state = voice.state(state, resident);
            if place.is_empty() { state.into() } else { format!("{state} {place}") }
        }
        Orders::Lent { badge, until, seq } => {
            format!("{badge} を {until} までの一時バッジにしました(記録 {seq})")
        }
        Orders::Reinstated { badge, seq } => format!("{badge} の停止を解除しました(記録 {seq})"),
        Orders::ShiftList(Open { outside, orders, overrides }) => format!(
            "未了: 庫外・所在不明の媒体 {outside} 本、作業指示 {orders} 件、追認待ち {overrides} 件。"
        ),
        Orders::ShiftDone { from, to, seq } => {
            format!("{from} から {to} へ引継ぎました(記録 {seq})。媒体の保管責任は移っていません。")
        }
        Orders::Ratified { barcode, seq } => {
            format!("{barcode} の作業指示なしの出庫を追認しました(記録 {seq})")
        }
        Orders::LastSeenIn { place, media, count } => format!(
            "もう一度確認してください。最後に {place} で確認され、その後保管庫に入っていない媒体 {count} 本: {media}。"
        ),
        Orders::Exported { report, rows, seq } => {
            format!("報告 {report}: {rows} 行を出力しました(記録 {seq})")
        }
        Orders::AskTitle(asked) => title(asked).into(),
        Orders::WitnessKey => "立会者".into(),
        Orders::AllKey => "未了のみ・全て".into(),
        Orders::Blank(line) => blank(line).into(),
        Orders::BlankHint(line) => hint(line).into(),
        Orders::FormKeys => "Enter: 次の行、最後の行で実行  ↑ ↓  Esc: 中止".into(),
        Orders::NothingFilled { line } => format!("{line}を入力してください。"),
        Orders::NotAName { line, value } => format!("「{value}」は{line}として使えません。"),
        Orders::NoOrders => "作業指示はありません。n で申請します。".into(),
        Orders::Counts(Counts { expected, taken, ejected, returned, outside, missing }) => format!(
            "媒体 {expected} 本: 出庫 {taken}、取出し {ejected}、入庫 {returned}、庫外 {outside}、不明 {missing}"
        ),
        Orders::Turn { from, to, of } => format!("{of} 行中 {from}–{to} 行: PgDn、PgUp"),
        Orders::SignOn => "SIGN ON".into(),
        Orders::WithoutOrder => "作業指示なし(緊急)".into(),
        Orders::WithWitness(badge) => format!("立会者 {badge}"),
        Orders::BadMonth { value } => {
            format!("「{value}」は月ではありません。2026-11 の形で指定してください。")
        }
        Orders::BadMethod => "方法は英小文字一語です: shred、degauss、incinerate など。".into(),
    }
}

const fn title(asked: Asked) -> &'static str {
    match asked {
        Asked::Request => "申請",
        Asked::Approve => "承認",
        Asked::Reject => "却下",
        Asked::Extend => "延長",
        Asked::Close => "完了",
        Asked::Override => "緊急: 作業指示なしの出庫",
        Asked::Shift => "引継ぎ",
        Asked::OpenAudit => "棚卸しの開始",
        Asked::Recount => "再計数の開始",
        Asked::CloseAudit => "棚卸しの終了",
        Asked::Ratify => "追認",
    }
}

const fn blank(line: Blank) -> &'static str {
    match line {
        Blank::Purpose => "利用目的",
        Blank::Until => "返却期限",
        Blank::Media => "媒体",
        Blank::To => "行先",
        Blank::Text => "説明",
        Blank::Work => "作業内容",
        Blank::Why => "理由",
        Blank::With => "立会者のバッジ",
        Blank::Place => "対象",
        Blank::Missing => "見つからない媒体",
        Blank::Badge => "決裁者のバッジ",
        Blank::Pin => "決裁者の PIN",
        Blank::OwnPin => "あなたの PIN",
        Blank::Next => "引継ぎ先のバッジ",
        Blank::NextPin => "引継ぎ先の PIN",
    }
}

const fn hint(line: Blank) -> &'static str {
    match line {
        Blank::Purpose => "運用規則の一語",
        Blank::Until => "17:00、+4h、+3d、または RFC 3339",
        Blank::Media => "ラベルを読み取るか、空白で区切って入力",
        Blank::Place => "場所を読み取るか入力。空欄は拠点全体",
        Blank::Missing => "読取りまたは入力。全て戻っていれば空欄",
        Blank::To => "装置・場所・住所。空欄可",
        Blank::Text | Blank::Work => "空欄可",
        Blank::Why => "符号、符号: 説明、または説明",
        Blank::Badge | Blank::Next | Blank::With => "読取りまたは入力",
        Blank::Pin => "端末の前の本人なら空欄",
        Blank::OwnPin | Blank::NextPin => "数字",
    }
}

pub(in crate::i18n) const fn head(head: Head) -> &'static str {
    match head {
        Head::Order => "作業指示",
        Head::Purpose => "利用目的",
        Head::Requester => "申請者",
        Head::Approver => "承認者",
        Head::Closer => "完了者",
        Head::From => "開始",
        Head::Until => "期限",
        Head::Destination => "行先",
        Head::Expected => "媒体",
        Head::Taken => "出庫",
        Head::Ejected => "取出し",
        Head::Returned => "入庫",
        Head::Outside => "庫外",
        Head::Missing => "不明",
        Head::Parent => "継続指示",
        Head::Nightly => "一晩",
        Head::Section => "区分",
        Head::Key => "項目",
        Head::Count => "件数",
        Head::Role => "役割",
        Head::LastUsed => "最終使用",
        Head::History => "履歴",
        Head::Host => "出向先",
        Head::Locked => "ロック解除",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn refusal(voice: &Voice, refusal: &OrderRefusal) -> Sentence {
    match refusal {
        OrderRefusal::Unknown { order } => {
            Sentence::new(format!("作業指示 {order} はありません。"), "未了の作業指示: kuraban order list。")
        }
        OrderRefusal::Missing { barcode } => Sentence::new(
            format!("{barcode} は出庫できません。有効な承認済みの作業指示に載っていません。"),
            format!(
                "申請するには: kuraban order new --purpose CODE --until TIME {barcode}。緊急の場合は: kuraban check-out --override WHY {barcode}(端末では Esc x)。後で承認者が追認します。"
            ),
        ),
        OrderRefusal::NotListed { order, barcode } => Sentence::new(
            format!("作業指示 {order} に {barcode} は載っていません。"),
            format!("内容を見るには: kuraban order show {order}。"),
        ),
        OrderRefusal::NotInForce { order, state: now, from, until } => Sentence::new(
            format!(
                "作業指示 {order} は有効ではありません。状態は「{}」、期間は {} から {} です。",
                state(*now, false),
                voice.time(*from),
                voice.time(*until)
            ),
            match now {
                OrderState::Requested => format!("承認者が決裁します: kuraban order approve {order}。"),
                OrderState::Approved => {
                    format!("承認者が延長できます: kuraban order extend {order} --until TIME。")
                }
                OrderState::Rejected | OrderState::Closed => {
                    "新しく申請してください: kuraban order new。".to_owned()
                }
            },
        ),
        OrderRefusal::Several { barcode, orders } => {
            let orders: Vec<String> = orders.iter().map(ToString::to_string).collect();
            Sentence::new(
                format!("{barcode} は有効な作業指示の複数に載っています: {}。", orders.join("、")),
                "一つを指定してください: --order N。読取り端末では先にラベル KB-ORDER-N を読み取ります。",
            )
        }
        OrderRefusal::Decided { order, state: now, by, at } => {
            let by = by.as_ref().map_or_else(String::new, |by| format!("、{by}"));
            let at = at.map_or_else(String::new, |at| format!("、{}", voice.time(at)));
            Sentence::new(
                format!("作業指示 {order} はすでに「{}」です{by}{at}。", state(*now, false)),
                format!("内容を見るには: kuraban order show {order}。"),
            )
        }
        OrderRefusal::NotBack { order, outside, count } => {
            let named: Vec<String> = outside.iter().map(ToString::to_string).collect();
            let more = count.saturating_sub(named.len() as u64);
            let more = if more == 0 { String::new() } else { format!(" ほか {more} 本") };
            Sentence::new(
                format!(
                    "作業指示 {order} は完了できません。媒体 {count} 本が保管庫に戻っていません: {}{more}。",
                    named.join("、")
                ),
                format!(
                    "捜索して入庫してください。見つからないものは承認者が名指しします: kuraban order close {order} --missing BARCODE --why WHY。"
                ),
            )
        }
        OrderRefusal::NightsOpen { order, count } => Sentence::new(
            format!("継続指示 {order} は完了できません。当夜分 {count} 件が未了です。"),
            "先に当夜分を完了してください: kuraban order list。",
        ),
        OrderRefusal::NotStanding { order } => Sentence::new(
            format!("作業指示 {order} は継続指示ではありません。媒体の一覧を持っています。"),
            "継続指示は --nightly N を付けて申請します。",
        ),
        OrderRefusal::NightFull { order, most, used, asked } => Sentence::new(
            format!(
                "継続指示 {order} は一晩 {most} 本までです。すでに {used} 本使われ、さらに {asked} 本は多すぎます。"
            ),
            "本数を減らすか、別に申請してください: kuraban order new。",
        ),
        OrderRefusal::StandingTooLong { days } => Sentence::new(
            format!("継続指示の期間は {days} 日までです。"),
            "期限を早め、その時に改めて承認を受けてください。",
        ),
        OrderRefusal::NoMedia => Sentence::new(
            "作業指示には媒体が一つ以上、または継続指示として 1 以上の一晩の本数が必要です。",
            "媒体、または --nightly N を指定してください。",
        ),
        OrderRefusal::TooManyMedia { count, limit } => Sentence::new(
            format!("媒体 {count} 本は一つの作業指示には多すぎます。{limit} 本までです。"),
            "作業指示を分けて申請してください。",
        ),
        OrderRefusal::UnknownPurpose { purpose, known } => {
            let known: Vec<&str> = known.iter().map(crate::domain::names::Code::as_str).collect();
            Sentence::new(
                format!("利用目的 {purpose} は運用規則にありません。あるのは {} です。", known.join("、")),
                "管理者が追加できます: kuraban policy set purposes LIST。",
            )
        }
        OrderRefusal::BadWindow { from, until, now } => Sentence::new(
            format!(
                "期限は開始と現在より後にしてください: {} から {}(現在 {})。",
                voice.time(*from),
                voice.time(*until),
                voice.time(*now)
            ),
            "将来の時刻を指定してください: --until +4h、--until 17:00、または RFC 3339。",
        ),
        OrderRefusal::DueAfterOrder { order, due, until } => Sentence::new(
            format!("{} は作業指示 {order} の期限 {} より後です。", voice.time(*due), voice.time(*until)),
            format!("早い時刻にするか、延長を受けてください: kuraban order extend {order} --until TIME。"),
        ),
    }
}
