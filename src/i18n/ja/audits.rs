//! What is said about stocktakes.

use crate::app::Passage;
use crate::domain::audit::{AuditState, Class};
use crate::domain::event::{How, LabelTrouble};
use crate::domain::refusal::AuditRefusal;
use crate::i18n::{Audits, Sentence, Voice};

const fn state(state: AuditState) -> &'static str {
    match state {
        AuditState::Drawn => "抽出準備中で、監査人の番号を待っています",
        AuditState::Open => "計数中です",
        AuditState::Certified => "合格で終了しています",
        AuditState::Refused => "不合格で終了しています",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn refusal(voice: &Voice, refusal: &AuditRefusal) -> Sentence {
    match refusal {
        AuditRefusal::Unknown { audit } => {
            Sentence::new(format!("棚卸し {audit} はありません。"), "一覧: kuraban audit list。")
        }
        AuditRefusal::NotOpen { audit, state: now, closed } => {
            let when = closed.map_or_else(String::new, |at| format!("({})", voice.time(at)));
            let next = if *now == AuditState::Drawn {
                format!("番号を指定します: kuraban audit open --draw {audit} --number 番号。")
            } else {
                "新しく開始します: kuraban audit open。".to_owned()
            };
            Sentence::new(format!("棚卸し {audit} は{}{when}。計数できません。", state(*now)), next)
        }
        AuditRefusal::Overlaps { audit, place } => {
            let what = place.as_ref().map_or_else(|| "拠点全体".to_owned(), ToString::to_string);
            Sentence::new(
                format!("棚卸し {audit} が{what} を計数中です。同じ場所の棚卸しは同時に行えません。"),
                format!("先に終了します: kuraban audit close {audit} --with バッジ。"),
            )
        }
        AuditRefusal::NothingThere { place } => {
            let what = place.as_ref().map_or_else(|| "拠点全体".to_owned(), ToString::to_string);
            Sentence::new(format!("記録上、{what} に媒体はありません。"), "場所の一覧: kuraban place list。")
        }
        AuditRefusal::Outside { audit, scope, place } => Sentence::new(
            format!("{place} は、棚卸し {audit} の対象 {scope} の中にありません。"),
            format!(
                "{scope} の中の場所を読み取ってください。ここで見たものの記録: kuraban sight --at {place}。"
            ),
        ),
        AuditRefusal::NoPlace { audit } => Sentence::new(
            format!("場所が読み取られていないため、棚卸し {audit} で計数できません。"),
            "先に棚やスロットのラベルを、次にそこにある媒体を読み取ってください。または --at 場所。",
        ),
        AuditRefusal::Before { audit, opened, read } => Sentence::new(
            format!(
                "棚卸し {audit} の開始({})より前の {} に読み取られています。",
                voice.time(*opened),
                voice.time(*read)
            ),
            "ラベルをもう一度読み取ってください。",
        ),
        AuditRefusal::NotDrawn { audit } => Sentence::new(
            format!("番号を待っている抽出 {audit} はありません。"),
            "抽出を準備します: kuraban audit open --sample パーセント。",
        ),
        AuditRefusal::BadPercent { percent } => Sentence::new(
            format!("{percent} % のサンプルは抽出できません。"),
            "1 から 100 までで指定してください。",
        ),
        AuditRefusal::Recounted { audit } => Sentence::new(
            format!("棚卸し {audit} の再計数はすでに始まっています。"),
            format!("続けます: kuraban audit scan {audit} バーコード…"),
        ),
        AuditRefusal::FirstCounter { audit, badge } => Sentence::new(
            format!("{badge} は棚卸し {audit} の最初の計数を行っています。再計数は別の人が行います。"),
            "別の計数者が読み取ってください: --by バッジ。",
        ),
        AuditRefusal::NotCounted { audit } => Sentence::new(
            format!("棚卸し {audit} ではまだ何も計数されていません。"),
            format!("先に計数します: kuraban audit scan {audit} 場所 バーコード…"),
        ),
        AuditRefusal::NoLibrary { place, kind } => Sentence::new(
            format!(
                "{place} は{}です。在庫情報はライブラリまたはドライブから読み込みます。",
                voice.place_kind(*kind)
            ),
            "装置を指定してください: --at 装置。",
        ),
        AuditRefusal::NoVault { place, kind } => Sentence::new(
            format!("{place} は{}です。棚卸しの期日があるのは保管庫だけです。", voice.place_kind(*kind)),
            "保管庫を指定してください。",
        ),
        AuditRefusal::Blind { audit, badge: Some(badge) } => Sentence::new(
            format!("{badge} は棚卸し {audit} の計数者です。対象の一覧は表示されません。"),
            "計数を続けてください。計数しない人は参照できます: --by バッジ。",
        ),
        AuditRefusal::Blind { audit, badge: None } => Sentence::new(
            format!("棚卸し {audit} の計数中です。対象の場所の一覧は、計数しない人だけが参照できます。"),
            "誰が参照するかを指定してください: --by バッジ。",
        ),
    }
}

/// The class in words.
const fn class(class: Class) -> &'static str {
    match class {
        Class::Present => "現物あり",
        Class::Outside => "有効な作業指示で持出し中",
        Class::Moved => "棚卸し中に移動",
        Class::KnownMissing => "以前から所在不明(例外)",
        Class::Elsewhere => "別の場所で読取り",
        Class::TwoPlaces => "2か所で同じラベルを読取り",
        Class::FoundAgain => "記録は所在不明・廃棄だが読取りあり",
        Class::NoOrder => "有効な作業指示なしで持出し中",
        Class::Unproven => "読取りによる証明なし",
        Class::NotFound => "見つからない",
    }
}

/// A step and where it was taken, if that is told.
fn step(kind: &str, place: &str) -> String {
    if place.is_empty() { kind.to_owned() } else { format!("{kind} {place}") }
}

const fn grade(how: How) -> &'static str {
    match how {
        How::Scanned => "読取り",
        How::Typed => "入力",
        How::Pasted => "貼付け",
        How::File => "ファイル",
        How::Library => "ライブラリの在庫情報",
        How::Seal => "封印",
        How::Sensor => "センサー",
        How::Declared => "申告",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(text: &Audits<'_>) -> String {
    match *text {
        Audits::Opened { audit, scope } => format!(
            "棚卸し {audit} を開始しました: {scope}。場所、そこにある媒体の順に読み取ります: kuraban audit scan {audit} 場所 バーコード…"
        ),
        Audits::Drawn { audit, head, percent } => format!(
            "抽出 {audit}: {percent} %、先頭ハッシュを {head} に固定しました。監査人はここで番号を決めます。"
        ),
        Audits::AskNumber => "監査人の番号: ".into(),
        Audits::DrawWaits { audit } => {
            format!("続きは: kuraban audit open --draw {audit} --number 番号")
        }
        Audits::BadAudit { value } => format!("「{value}」は棚卸しの番号ではありません。"),
        Audits::BadNumber { value } => format!("「{value}」はサンプルの番号ではありません。数字で指定してください。"),
        Audits::NothingToScan => {
            "読み取ったものを指定してください: 場所 バーコード…、標準入力は -、--file ファイル、--changer 装置。".into()
        }
        Audits::PlaceRead { place } => format!("{place} を計数します"),
        Audits::Counted { barcode, place, seq } => {
            format!("{barcode} を {place} で計数しました(記録 {seq})")
        }
        Audits::Already { barcode, place } => format!("{barcode} は {place} で計数済みです"),
        Audits::ReadIn { counted, already, strays, place } => {
            format!("{place}: 計数 {counted}、計数済み {already}、媒体を示さないラベル {strays}")
        }
        Audits::NoTags { bare } => format!("チェンジャーが読めるラベルのない媒体が {bare} 本あります。計数されません。現物を確認してください。"),
        Audits::ChangerFailed { error } => format!("チェンジャーの在庫情報を取得できません: {error}"),
        Audits::Recounting { audit, seq } => format!(
            "棚卸し {audit} の再計数を始めました(記録 {seq})。疑問のあるものは別の計数者が読み取ります。"
        ),
        Audits::Certified { audit, seq } => format!("棚卸し {audit} は合格(CERTIFIED)です(記録 {seq})。"),
        Audits::Refused { audit, seq, declared, incident } => {
            let incident = incident.map_or_else(String::new, |id| format!("、事案 {id} を登録"));
            format!("棚卸し {audit} は不合格(REFUSED)です(記録 {seq})。所在不明 {declared} 件{incident}。")
        }
        Audits::DueSet { place, due, seq } => format!("{place} の棚卸し期日は {due} です(記録 {seq})"),
        Audits::State(now) => match now {
            AuditState::Drawn => "抽出準備",
            AuditState::Open => "計数中",
            AuditState::Certified => "合格",
            AuditState::Refused => "不合格",
        }
        .into(),
        Audits::Class(one) => class(one).into(),
        Audits::Corrected => "別の場所で読取り(訂正済み)".into(),
        Audits::Grade(how) => grade(how).into(),
        Audits::Trouble(why) => match why {
            LabelTrouble::Unknown => "不明なラベル",
            LabelTrouble::Ambiguous => "複数の媒体に該当",
            LabelTrouble::Unreadable => "他のラベル・読取り不能",
        }
        .into(),
        Audits::Passage(passage) => match passage {
            Passage::NotThere => "当時は台帳になし".into(),
            Passage::OutOfScope => "対象外の場所".into(),
            Passage::NotDrawn => "サンプルの対象外".into(),
            Passage::Open => "計数中".into(),
            Passage::Class(one) => class(one).into(),
        },
        Audits::PassedOver => "最後の読取りより後なのに合格".into(),
        Audits::NoPassages => "棚卸しはまだ行われていません。".into(),
        Audits::WholeSite => "拠点全体".into(),
        Audits::Title { audit, scope } => format!("棚卸し {audit} 証明書: {scope}"),
        Audits::ResultCertified { expected, exceptions } if exceptions > 0 => format!(
            "合格(CERTIFIED)。ただし {expected} 本のうち {exceptions} 本は開始前から所在不明です(下記)。"
        ),
        Audits::ResultCertified { expected, .. } => {
            format!("合格(CERTIFIED): 対象 {expected} 本のすべてを確認しました。")
        }
        Audits::Heading { audit, scope } => format!("棚卸し {audit}: {scope}"),
        Audits::RecountNobody { at } => format!("{at}(計数した人なし)"),
        Audits::ResultRefused { unresolved } => format!("不合格(REFUSED): 未解決 {unresolved} 件。"),
        Audits::StillOpen => "計数中です。対象の内訳は計数者には表示されません。".into(),
        Audits::StillDrawn => "抽出準備のまま、開始されていません。".into(),
        Audits::Scope => "対象".into(),
        Audits::Sample => "サンプル".into(),
        Audits::SampleOf { percent, head, number } => {
            let number = number.map_or_else(|| "未定".to_owned(), |number| number.to_string());
            format!("{percent} %、種 = 先頭ハッシュ {head} と番号 {number} の SHA-256")
        }
        Audits::OpenedAt => "開始".into(),
        Audits::ClosedAt => "終了".into(),
        Audits::ClosedWith => "立会者".into(),
        Audits::RecountedAt => "再計数".into(),
        Audits::NoRecount => "なし".into(),
        Audits::HeadOpening => "開始時の先頭ハッシュ".into(),
        Audits::HeadClosing => "終了時の先頭ハッシュ".into(),
        Audits::HeadAt { size, hash } => format!("記録 {size}、{hash}"),
        Audits::Incident => "事案".into(),
        Audits::Expected => "対象の媒体".into(),
        Audits::Seen => "読み取った媒体".into(),
        Audits::Places => "場所".into(),
        Audits::Visited { visited, places } => format!("{places} か所のうち {visited} か所で読取り"),
        Audits::CountersTitle => "計数した人".into(),
        Audits::Counter => "計数者".into(),
        Audits::Labels => "ラベル数".into(),
        Audits::First => "最初".into(),
        Audits::Last => "最後".into(),
        Audits::ClassesTitle => "結果の内訳".into(),
        Audits::ClassHead => "区分".into(),
        Audits::Count => "本数".into(),
        Audits::GradesTitle => "証拠の種類".into(),
        Audits::GradeHead => "証拠".into(),
        Audits::Deficits => "未解決".into(),
        Audits::Exceptions => "例外・持出し中・訂正済み".into(),
        Audits::Stood => "開始時の記録".into(),
        Audits::SeenAt => "読取り場所".into(),
        Audits::CountedBy => "読取り者".into(),
        Audits::SettledBy => "訂正者".into(),
        Audits::StraysTitle => "媒体を示さないラベル".into(),
        Audits::Label => "ラベル".into(),
        Audits::Why => "理由".into(),
        Audits::Sign { badge } => format!("{badge}、日付、署名"),
        Audits::LastAudited => "前回の合格".into(),
        Audits::DueBy => "期日".into(),
        Audits::DueState { set, over } => match (set, over) {
            (true, true) => "個別に設定、超過",
            (true, false) => "個別に設定",
            (false, true) => "超過",
            (false, false) => "",
        }
        .into(),
        Audits::Lost { from, until } => format!("紛失の期間: {from} → {until}"),
        Audits::LostRead { kind, place, by, how, seq } => {
            format!("最後の読取り: {} {by} {how}(記録 {seq})", step(kind, place))
        }
        Audits::LostNeverRead { seq } => format!("ラベルは一度も読み取られていません(登録は記録 {seq})"),
        Audits::LostAudit { audit } => format!("最初に見つからなかった棚卸し: {audit}"),
        Audits::LostDeclared => "その後、所在不明とされました".into(),
        Audits::LostStep { kind, place, by, custodian } => {
            let after = if custodian.is_empty() { String::new() } else { format!("(以後の保管責任者 {custodian})") };
            format!("その間: {} {by}{after}", step(kind, place))
        }
        Audits::NoneChosen => "どの棚卸しですか。先に対象の場所を読み取ってください。".into(),
        Audits::OpenedHere { audit, scope } => {
            format!("棚卸し {audit} を開始しました: {scope}。場所、そこにある媒体の順に読み取ってください。")
        }
        Audits::NoneOpen => "計数中の棚卸しはありません。監査人が開始します: kuraban audit open".into(),
        Audits::ScanPlace => "場所を読み取る".into(),
        Audits::CountedHere { count } => format!("ここで {count}"),
        Audits::CountedAll { count } => format!("全員で {count} 本を読取り"),
        Audits::PlacesDone { visited, places } => format!("{places} か所中 {visited} か所"),
        Audits::ScreenKeys => "棚のラベル、次に各媒体のラベルを読み取ります。読取りだけが数えられます。".into(),
    }
}
