//! Refusals: what the record holds, since when, by whom, and the next step that is legal.

use super::trouble::label_error;
use crate::domain::custody::State;
use crate::domain::names::{Barcode, Org};
use crate::domain::refusal::{Holding, PlaceNeed, Refusal};
use crate::domain::separation::Separation;
use crate::domain::time::DAY;
use crate::i18n::{Sentence, Voice};

/// Where the record puts a medium, since when, and who recorded it.
fn holds(voice: &Voice, h: &Holding) -> String {
    let place = h.place.as_ref().map_or_else(|| "不明な場所".to_owned(), ToString::to_string);
    let who = h.custodian.as_ref().map_or_else(|| "不明".to_owned(), ToString::to_string);
    let standing = match h.state {
        State::Vaulted => format!("保管庫の {place} にあります"),
        State::InHand => format!("{who} が持出し中です"),
        State::InDevice if h.resident => format!("{place} に常駐しています"),
        State::InDevice => format!("装置 {place} に装填中です"),
        State::Missing => match (&h.place, &h.custodian) {
            (Some(place), _) => format!("所在不明です(最後の場所 {place})"),
            (None, Some(who)) => format!("所在不明です(最後の保管責任者 {who})"),
            (None, None) => "所在不明です".to_owned(),
        },
        State::Destroyed => "廃棄済みです".to_owned(),
    };
    let by = h.by.as_ref().map_or_else(String::new, |by| format!("、記録者 {by}"));
    format!("記録では {} は {standing}({} から{by})", h.barcode, voice.time(h.since))
}

/// The next legal step from what the record holds, and how to record that reality differs.
fn next(h: &Holding) -> String {
    let b = &h.barcode;
    match h.state {
        State::Vaulted => format!(
            "出庫するには: kuraban check-out {b}。現物が手元にある場合は: kuraban found {b} --at PLACE。"
        ),
        State::InHand => {
            format!("入庫するには: kuraban check-in --to PLACE {b}。装填と受渡しは保管責任者本人が行います。")
        }
        State::InDevice => format!(
            "装置から取り出すには: kuraban eject {b}。現物が別の場所にある場合は: kuraban found {b} --at PLACE。"
        ),
        State::Missing => format!("現物が目の前にある場合は: kuraban found {b} --at PLACE。"),
        State::Destroyed => format!(
            "現物が目の前にある場合は: kuraban sight --at PLACE {b}。承認者に連絡し、二人で訂正します: kuraban correct。"
        ),
    }
}

/// Some of the media that are meant, and how many more there are.
fn named(some: &[Barcode], count: u64) -> String {
    let names: Vec<&str> = some.iter().map(Barcode::as_str).collect();
    match count.saturating_sub(names.len() as u64) {
        _ if names.is_empty() => String::new(),
        0 => format!(": {}", names.join("、")),
        more => format!(": {} ほか {more} 本", names.join("、")),
    }
}

fn same_person(row: Separation, badge: &str) -> Sentence {
    let (what, next) = match row {
        Separation::RequesterApprover => {
            ("持ち出しの申請と承認の両方はできません", "もう一方は別の人が行います: kuraban person list。")
        }
        Separation::ActorWitness => {
            ("自分自身の立会者になれません", "別の人を指定してください: --with BADGE。")
        }
        Separation::ActorRatifier => (
            "作業指示なしで出庫した本人なので、追認できません",
            "別の承認者が追認します: kuraban ratify BARCODE。",
        ),
        Separation::PartyApprover => {
            ("受取人なので、承認できません", "別の承認者を指定してください: --with BADGE。")
        }
        Separation::CounterCustodian => ("保管責任者なので、計数できません", "別の人が計数します。"),
        Separation::DestroyerCertifier => {
            ("廃棄する本人なので、証明者になれません", "別の人を指定してください: --with BADGE。")
        }
    };
    Sentence::new(format!("{badge} は{what}。"), next)
}

const fn need(need: PlaceNeed) -> &'static str {
    match need {
        PlaceNeed::Rest => "保管庫またはその中の棚・スロット",
        PlaceNeed::Device => "ドライブまたはライブラリ",
        PlaceNeed::RestOrResident => "保管庫内の場所または常駐ライブラリ",
        PlaceNeed::Inner => "拠点の中の場所",
    }
}

/// What is added where the reading of a label that names nothing was recorded.
pub(in crate::i18n) const ON_RECORD: &str = "この読取りは記録されています。";

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, refusal: &Refusal) -> Sentence {
    match refusal {
        Refusal::Unreadable { shown, length, error } => Sentence::new(
            format!("「{shown}」({length} 文字)はバーコードではありません: {}。", label_error(*error)),
            "もう一度読み取るか、バーの下の文字を入力してください。",
        ),
        Refusal::UnknownBarcode { label } => Sentence::new(
            format!("バーコード {label} の媒体はありません。"),
            "ラベルと見比べてください。新しい媒体なら: kuraban media add。",
        ),
        Refusal::Ambiguous { label, candidates } => {
            let which: Vec<String> = candidates
                .iter()
                .map(|c| match &c.serial {
                    Some(serial) => format!("{} (serial:{serial})", c.barcode),
                    None => c.barcode.to_string(),
                })
                .collect();
            Sentence::new(
                format!("{label} は次のどれかです: {}。", which.join("、")),
                "バーコード全体、またはカートリッジの製造番号を serial:番号 の形で指定してください。",
            )
        }
        Refusal::OldBarcode { old, new } => Sentence::new(
            format!("{old} は {new} の古いバーコードです。貼り替えられ、二度と使われません。"),
            format!(
                "目の前の媒体に本当に {old} が貼られている場合は、別に置いて承認者に連絡してください。ラベルは {new} のはずです。"
            ),
        ),
        Refusal::BarcodeTaken { barcode, holding } => Sentence::new(
            format!("バーコード {barcode} は登録済みです。{}。", holds(voice, holding)),
            next(holding),
        ),
        Refusal::SerialTaken { serial, barcode } => Sentence::new(
            format!("製造番号 {serial} は {barcode} のものです。"),
            format!("現物と見比べてください: kuraban media show {barcode}。"),
        ),
        Refusal::WrongState { action, holding } => Sentence::new(
            format!("{} の{}はできません。{}。", holding.barcode, voice.kind(*action), holds(voice, holding)),
            next(holding),
        ),
        Refusal::NotCustodian { action, holding } => Sentence::new(
            format!(
                "{} の{}は保管責任者本人だけができます。{}。",
                holding.barcode,
                voice.kind(*action),
                holds(voice, holding)
            ),
            format!(
                "先に保管責任者から受け取ってください: kuraban hand-over --to BADGE {}。",
                holding.barcode
            ),
        ),
        Refusal::AlreadySo { holding, .. } => {
            Sentence::new(format!("記録することはありません。{}。", holds(voice, holding)), next(holding))
        }
        Refusal::OtherDevice { holding } => {
            Sentence::new(format!("別の装置にあります。{}。", holds(voice, holding)), next(holding))
        }
        Refusal::OtherVault { to, holding } => Sentence::new(
            format!("{to} は別の保管庫です。{}。", holds(voice, holding)),
            format!(
                "保管庫の間は人の手を経ます: kuraban check-out {0} の後に kuraban check-in --to {to} {0}。",
                holding.barcode
            ),
        ),
        Refusal::NotLost { holding } => Sentence::new(
            format!("記録と矛盾しません。{}。", holds(voice, holding)),
            format!(
                "そこで見たことを記録するには: kuraban sight --at PLACE {}。{}",
                holding.barcode,
                next(holding)
            ),
        ),
        Refusal::NothingToVoid { holding } => Sentence::new(
            format!(
                "{} の最後の記録は取り消せる操作ではありません。{}。",
                holding.barcode,
                holds(voice, holding)
            ),
            format!(
                "記録が誤りなら: kuraban correct {} --to-state STATE --why TEXT --with BADGE。",
                holding.barcode
            ),
        ),
        Refusal::VoidByOther { kind, by } => Sentence::new(
            format!("この{}は {by} の記録で、取り消せるのは本人だけです。", voice.kind(*kind)),
            "記録が誤りなら、もう一人とともに kuraban correct で訂正してください。",
        ),
        Refusal::VoidTooLate { kind, at, minutes } => Sentence::new(
            format!("{} の{}を取り消せるのは {minutes} 分以内です。", voice.time(*at), voice.kind(*kind)),
            "記録が誤りなら、もう一人とともに kuraban correct で訂正してください。",
        ),
        Refusal::PlaceFull { code, capacity, one } => {
            let one = one.as_ref().map_or_else(String::new, |one| format!("({one} があります)"));
            Sentence::new(
                format!("{code} は {capacity} 本までで、満杯です{one}。"),
                format!(
                    "別の場所を選んでください。実際に空いている場合は、あるはずの媒体を探してください: kuraban media list --at {code}。"
                ),
            )
        }
        Refusal::WitnessMissing { action } => Sentence::new(
            format!("この{}には立会者が必要です。", voice.kind(*action)),
            "立会者を指定してください: --with BADGE。",
        ),
        Refusal::SamePerson { row, badge } => same_person(*row, badge.as_str()),
        Refusal::OtherOrganisation { from, to } => {
            let name = |org: &Option<Org>| org.as_ref().map_or_else(|| "当拠点".to_owned(), Org::to_string);
            Sentence::new(
                format!("{} から {} への受渡しには、二人のほかに承認者が必要です。", name(from), name(to)),
                "承認者を指定してください: --with BADGE。役割の一覧: kuraban person list。",
            )
        }
        Refusal::NothingToRatify { barcode } => Sentence::new(
            format!("{barcode} は作業指示なしで出庫されていないか、すでに追認されています。"),
            format!("履歴: kuraban media show {barcode}。"),
        ),
        Refusal::LegalHold { barcode } => Sentence::new(
            format!("{barcode} は廃棄保留中で、廃棄できません。"),
            format!("保留が終わったら: kuraban media describe --legal-hold no {barcode}。"),
        ),
        Refusal::ApproverMissing { action } => Sentence::new(
            format!("この{}には、二人のうち一人が承認者である必要があります。", voice.kind(*action)),
            "承認者を指定してください: --with BADGE。役割の一覧: kuraban person list。",
        ),
        Refusal::HandOverToSelf { badge } => Sentence::new(
            format!("{badge} がすでに持っています。"),
            "受け取る人を指定してください: --to BADGE。",
        ),
        Refusal::Audit(refusal) => super::audits::refusal(voice, refusal),
        Refusal::Order(refusal) => super::orders::refusal(voice, refusal),
        Refusal::DueInPast { due, now } => Sentence::new(
            format!("返却期限 {} は現在 {} より後ではありません。", voice.time(*due), voice.time(*now)),
            "将来の時刻を指定してください: --until +4h、--until 17:00、または RFC 3339。",
        ),
        Refusal::OccurredAhead { occurred, now } => Sentence::new(
            format!("読取りの時刻 {} が現在 {} より後です。", voice.time(*occurred), voice.time(*now)),
            "読取機の時計を合わせ、時刻なしでもう一度読み取ってください。",
        ),
        Refusal::UnknownPlace { code } => Sentence::new(
            format!("{code} という場所はありません。"),
            "場所の一覧: kuraban place list。追加するには: kuraban place add。",
        ),
        Refusal::RetiredPlace { code } => Sentence::new(
            format!("{code} は廃止され、媒体を置けません。"),
            "使用中の場所: kuraban place list。",
        ),
        Refusal::WrongPlace { code, kind, need: wanted } => Sentence::new(
            format!("{code} は{}です。必要なのは{}です。", voice.place_kind(*kind), need(*wanted)),
            "場所と種類の一覧: kuraban place list。",
        ),
        Refusal::CodeTaken { code, kind } => Sentence::new(
            format!("{code} はすでに{}の符号です。", voice.place_kind(*kind)),
            "符号は二度使えません。別の符号にしてください。",
        ),
        Refusal::WrongParent { kind, parent, parent_kind } => Sentence::new(
            format!(
                "{}は{}である {parent} の中に置けません。",
                voice.place_kind(*kind),
                voice.place_kind(*parent_kind)
            ),
            "保管庫は拠点に、棚とスロットは保管庫か棚に、装置と机は拠点か保管庫に置きます。",
        ),
        Refusal::BadCapacity { kind } => Sentence::new(
            format!("{}の収容数としては使えません。", voice.place_kind(*kind)),
            "スロットとドライブは 1、保管庫・棚・ライブラリは 1 以上、机は指定なしです。",
        ),
        Refusal::NotResident { kind } => Sentence::new(
            format!("{}に媒体は常駐しません。", voice.place_kind(*kind)),
            "--resident はライブラリだけです。",
        ),
        Refusal::OneSite => Sentence::plain("台帳の拠点は一つで、台帳とともに開設され、廃止できません。"),
        Refusal::PlaceInUse { code, media, places, some } => Sentence::new(
            format!("{code} にはまだ媒体 {media} 本、場所 {places} か所があります{}。", named(some, *media)),
            format!("中身の一覧: kuraban media list --at {code}。"),
        ),
        Refusal::NoActor { .. } => Sentence::new(
            "操作者が指定されていません。",
            "--by BADGE または KURABAN_BADGE で指定してください。",
        ),
        Refusal::UnknownPerson { badge } => Sentence::new(
            format!("バッジ {badge} の人はいません。"),
            "要員の一覧: kuraban person list。登録するには: kuraban person add。",
        ),
        Refusal::SuspendedPerson { badge } => {
            Sentence::new(format!("{badge} は停止中で、操作できません。"), "管理者に連絡してください。")
        }
        Refusal::NoPin { badge } => Sentence::new(
            format!("{badge} にはまだ PIN がありません。本人と確認できない操作は記録しません。"),
            format!("最初の PIN は管理者が設定します: kuraban person pin {badge}。"),
        ),
        Refusal::BadgeEnded { badge, until } => Sentence::new(
            format!("一時バッジ {badge} は {} に終了しました。", voice.time(*until)),
            "承認者が改めて発行できます: kuraban person temporary BADGE NAME。",
        ),
        Refusal::ShiftTooLong { hours } => Sentence::new(
            format!("一時バッジは一勤務、{hours} 時間までです。"),
            "期限を早めるか、管理者が要員として登録してください: kuraban person add。",
        ),
        Refusal::TemporaryRoles { badge } => Sentence::new(
            format!("{badge} は一時バッジです。持つ人の役割は担当者 (operator) だけです。"),
            "管理者が本人のバッジで要員として登録してください: kuraban person add。",
        ),
        Refusal::PinMissing { badge } => Sentence::new(
            format!("{badge} には PIN がありますが、入力されていません。何も記録していません。"),
            "端末で入力するか、KURABAN_PIN(立会人は KURABAN_WITH_PIN、--to の人は KURABAN_TO_PIN)で渡してください。",
        ),
        Refusal::PinWrong { badge, left, locked: None } => Sentence::new(
            format!("{badge} の PIN が違います。記録に残りました。あと {left} 回でロックします。"),
            "もう一度入力してください。管理者は新しい PIN を設定できます: kuraban person pin BADGE。",
        ),
        Refusal::PinWrong { badge, locked: Some(until), .. } | Refusal::PinLocked { badge, until } => {
            Sentence::new(
                format!("{badge} の PIN は {} まで受け付けません(誤りが多すぎます)。", voice.time(*until)),
                "待つか、管理者に新しい PIN を設定してもらってください: kuraban person pin BADGE。",
            )
        }
        Refusal::PinAltered { badge } => Sentence::new(
            format!("保存されている {badge} の PIN が記録と一致しません。差し替えられています。"),
            "操作を中止し、kuraban verify を実行して台帳の責任者に連絡してください。",
        ),
        Refusal::PinLost { badge } => Sentence::new(
            format!("ログにある {badge} の PIN が保存されていません。"),
            "台帳を作り直した後で、kuraban verify がほかの異常を示さなければ、管理者が新しい PIN を設定してください: kuraban person pin BADGE。そうでなければ台帳の責任者に連絡してください。",
        ),
        Refusal::PinOfOther { badge } => Sentence::new(
            format!("{badge} の PIN を設定できるのは本人と管理者だけです。"),
            "管理者に連絡してください。",
        ),
        Refusal::RoleMissing { badge, action, needs } => {
            let needs: Vec<&str> = needs.iter().map(|role| voice.role(*role)).collect();
            Sentence::new(
                format!(
                    "{badge} は{}を記録できません。必要な役割: {}。",
                    voice.kind(*action),
                    needs.join("、")
                ),
                "役割を持つ人に依頼してください: kuraban person list。",
            )
        }
        Refusal::BadgeTaken { badge } => {
            Sentence::new(format!("バッジ {badge} は使用中です。"), "要員の一覧: kuraban person list。")
        }
        Refusal::NoRoles { badge } => Sentence::new(
            format!("{badge} には役割が一つ以上必要です。"),
            "指定してください: --role admin,operator,approver,auditor。",
        ),
        Refusal::LastAdmin { badge } => Sentence::new(
            format!("{badge} は最後の管理者です。"),
            "先に別の人を管理者にしてください: kuraban person roles BADGE admin。",
        ),
        Refusal::PeriodReversed => Sentence::plain("期間の終わりが始まりより前です。"),
        Refusal::NoSuchPolicy => {
            Sentence::new("その名前の運用規則はありません。", "一覧: kuraban policy list。")
        }
        Refusal::BadPolicy { name, allowed: Some(allowed) } => {
            Sentence::plain(format!("{name} に指定できるのは {allowed} です(最短の表記)。"))
        }
        Refusal::BadPolicy { name, allowed: None } => {
            Sentence::new(format!("{name} という運用規則はありません。"), "一覧: kuraban policy list。")
        }
        Refusal::ClockAhead { last, now, days } => Sentence::new(
            format!(
                "時計は {} で、最後の記録 {} から {} 日経っています。{days} 日を超える進みは確認なしには受け入れません。",
                voice.time(*now),
                voice.time(*last),
                now.since(*last) / DAY
            ),
            "何も記録していません。時計が誤っていれば直し、正しければ二人で確認してください: kuraban clock confirm --with BADGE。古いバックアップを戻すとき: kuraban restore FILE --with BADGE。その後は、それより前の日時では記録できません。",
        ),
        Refusal::ClockBehind { last, now } => Sentence::plain(format!(
            "記録の時刻 {} が最後の記録 {} より前になります。",
            voice.time(*now),
            voice.time(*last)
        )),
        Refusal::NoChange => Sentence::plain("変更はありません。記録はすでにその内容です。"),
        Refusal::Inconsistent { key } => {
            Sentence::plain(format!("記録の「{key}」がその時点の台帳と一致しません。"))
        }
    }
}
