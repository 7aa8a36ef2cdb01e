//! What the faces say.

use crate::app::{Leaving, Verb};
use crate::i18n::{Tale, Text, Title, Voice};
use crate::ledger::note::NoteError;
use crate::ledger::verdict::Verdict;

fn done(voice: &Voice, verb: &Verb, barcode: &str) -> String {
    match verb {
        Verb::Register { place: Some(place), .. } => format!("{barcode} を {place} に登録しました"),
        Verb::Register { place: None, .. } => format!("{barcode} を登録しました(持出し中)"),
        Verb::Describe(_) => format!("{barcode} の内容を記載しました"),
        Verb::Move(place) => format!("{barcode} を {place} に移動しました"),
        Verb::CheckOut(Leaving { until, without, .. }) => {
            let due = until.map_or_else(String::new, |due| format!("(返却期限 {})", voice.time(due)));
            let how = if without.is_some() { "作業指示なしで(追認待ち)" } else { "" };
            format!("{barcode} を{how}出庫しました{due}")
        }
        Verb::Load(device, _) => format!("{barcode} を {device} に装填しました"),
        Verb::Eject => format!("{barcode} を取り出しました(持出し中)"),
        Verb::CheckIn(place) => format!("{barcode} を {place} に入庫しました"),
        Verb::HandOver(to) => format!("{barcode} を {} に受け渡しました", to.badge()),
        Verb::TakeOver(_) => format!("{barcode} を引き取りました(持出し中)"),
        Verb::Ratify => format!("{barcode} の作業指示なしの出庫を追認しました"),
        Verb::Destroy(..) => format!("{barcode} を廃棄しました"),
        Verb::Sight(place) => format!("{barcode} を {place} で現物確認しました"),
        Verb::Count(_, place) => format!("{barcode} を {place} で計数しました"),
        Verb::DeclareMissing(_) => format!("{barcode} を所在不明としました"),
        Verb::Found(place) => format!("{barcode} を {place} で発見しました(持出し中)"),
        Verb::Correct { state, .. } => {
            format!("{barcode} を「{}」に訂正しました", voice.state(*state, false))
        }
        Verb::Void => format!("{barcode} の最後の操作を取り消しました"),
        Verb::Relabel(_) => format!("媒体のバーコードは {barcode} になりました"),
    }
}

/// The verdict in its word.
pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Anchored => "ANCHORED(外部の裏付けあり)",
        Verdict::Consistent => "CONSISTENT, UNANCHORED(整合・外部の裏付けなし)",
        Verdict::Irregular => "IRREGULAR(規則違反)",
        Verdict::Tampered => "TAMPERED(改ざん)",
        Verdict::RolledBack => "ROLLED BACK(巻き戻し)",
        Verdict::Forked => "FORKED(分岐)",
        Verdict::Restored => "RESTORED(復元後・外部の裏付けなし)",
        Verdict::Damaged => "DAMAGED(破損)",
        Verdict::Newer => "NEWER(新しい版)",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, text: &Text<'_>) -> String {
    match *text {
        Text::Error => "エラー".into(),
        Text::Hint => "対処".into(),
        Text::Yes => "はい".into(),
        Text::No => "いいえ".into(),
        Text::Nobody => "なし".into(),
        Text::Done { verb, barcode, seq, under } => {
            let under = under.map_or_else(String::new, |order| format!("、作業指示 {order}"));
            format!("{}(記録 {seq}{under})", done(voice, verb, barcode.as_str()))
        }
        Text::BatchEnd { done, refused } => format!("記録 {done} 件、拒否 {refused} 件。"),
        Text::BadTime { text } => format!("「{text}」は RFC 3339 の時刻(2026-11-23T09:00:00Z)ではありません。この行は記録していません"),
        Text::NoBarcodes => "バーコードが指定されていません。".into(),
        Text::Opened { path, site, badge } => {
            format!("{site} の台帳を {path} に開設しました。最初の要員は {badge}(管理者・担当者・承認者)です。チェックポイントの秘密鍵は {path}.key にあります。")
        }
        Text::Enrolled { badge, seq } => format!("{badge} を登録しました(記録 {seq})"),
        Text::RolesSet { badge, roles, seq } => format!("{badge} の役割を {roles} にしました(記録 {seq})"),
        Text::Suspended { badge, seq } => format!("{badge} を停止しました(記録 {seq})"),
        Text::PlaceAdded { code, seq } => format!("{code} を追加しました(記録 {seq})"),
        Text::PlaceRetired { code, seq } => format!("{code} を廃止しました(記録 {seq})"),
        Text::PolicySet { name, value, seq } => format!("{name} を {value} にしました(記録 {seq})"),
        Text::ClockConfirmed { at, seq } => format!("時刻を確認しました: {at}(記録 {seq})。"),
        Text::NoFlags => "注意が必要なものはありません。".into(),
        Text::FlagsEnd { count, critical } => format!("{count} 件、うち重大 {critical} 件。"),
        Text::MediaOfPlace { count } => format!("媒体 {count} 本"),
        Text::InHandPlace => "持出し中".into(),
        Text::Verdict { verdict: v, size, head } => format!("{}: 記録 {size} 件\n末尾: {head}", verdict_word(v)),
        Text::Unanchored => "矛盾はありません。ただし、このファイルの外からの裏付けはまだありません。".into(),
        Text::Anchored { size, later: 0 } => format!("外部のチェックポイントが記録 {size} 件すべてを裏付けています。"),
        Text::Anchored { size, later } => format!(
            "外部のチェックポイントが最初の記録 {size} 件を裏付けています。その後の {later} 件はまだ裏付けがありません。"
        ),
        Text::Stranger { file, error: error @ (NoteError::Unwitnessed | NoteError::Untrusted) } => {
            format!("{file} は裏付けになりません: {}。", super::trouble::stranger(error))
        }
        Text::Stranger { file, error } => {
            format!("{file} はこの台帳のチェックポイントではありません: {}。", super::trouble::stranger(error))
        }
        Text::CheckpointTaken { seq } => format!(
            "記録 {seq} 件のチェックポイントを作成しました。台帳を書き換えられる人の手が届かない所に保管してください。台帳との照合: kuraban verify --against FILE"
        ),
        Text::FirstBreak { seq: Some(seq), reason } => format!("最初の不整合は {seq}: {reason}。"),
        Text::FirstBreak { seq: None, reason } => format!("最初の不整合: {reason}。"),
        Text::Touches { media } => format!("関係する媒体: {media}"),
        Text::RebuiltNothing { size } => format!("すべての表は {size} 件のログと一致しています。変更はありません。"),
        Text::Rebuilt { count, seq } => format!("ログから表を作り直しました。{count} 件の差異を記録 {seq} に残しました。"),
        Text::CannotRebuild => "ログ自体に不整合があるため、再構築していません。".into(),
        Text::Reading { what } => format!("{what} を読んでいます"),
        Text::Imported { count, file, format, encoding } => {
            format!("{file} から媒体 {count} 本を登録しました({format}、{encoding})。")
        }
        Text::ImportSkipped { count } => format!("ディスク上のボリューム {count} 件は対象外としました。"),
        Text::ImportIgnored { columns } => format!("使わなかった列: {columns}。"),
        Text::ImportSeen { count } => {
            format!("宣言のみの登録です。{count} 本のラベルはまだ読まれていません(kuraban sight --at PLACE -)。")
        }
        Text::ImportRefused { file, bad } => {
            format!("{file} から何も取り込んでいません。{bad} 行に誤りがあります。取込みは全件か無しかのどちらかです。")
        }
        Text::BadCell { reason } => format!("セルを読めません({reason})"),
        Text::BadLine { line, column: "", reason } => format!("{line} 行目: {reason}"),
        Text::BadLine { line, column, reason } => format!("{line} 行目、{column}: {reason}"),
        Text::MoreBad { count } => format!("… ほか {count} 行"),
        Text::CannotRead { file, error } => format!("{file} を読めません: {error}"),
        Text::AskPin { badge } => format!("{badge} の PIN: "),
        Text::AskNewPin { badge } => format!("{badge} の新しい PIN(4〜12 桁の数字): "),
        Text::AskPinAgain { badge } => format!("確認のためもう一度({badge}): "),
        Text::NoNewPin => "新しい PIN がありません。KURABAN_NEW_PIN を指定するか、端末で実行してください。".into(),
        Text::PinsDiffer => "二つの PIN が一致しません。何も変更していません。".into(),
        Text::BadPin { least, most } => format!("PIN は {least}〜{most} 桁の数字です。"),
        Text::PinSet { badge, seq } => format!("{badge} の PIN を設定しました(記録 {seq})"),
        Text::NoPinYet { badge } => {
            format!("{badge} にはまだ PIN がなく、操作できません。設定するには: kuraban person pin {badge}")
        }
        Text::NoTerminal => "画面表示には端末が必要です(標準入出力が端末ではありません)。".into(),
        Text::NoActor => "操作者が指定されていません。--by BADGE または KURABAN_BADGE で指定してください。".into(),
        Text::NoLedgerPath => {
            "台帳を置くホームディレクトリがありません。--ledger FILE または KURABAN_LEDGER で指定してください。".into()
        }
        Text::BadName { what, value, reason } => format!("「{value}」は {what} として使えません: {reason}"),
        Text::BadMoment { value } => {
            format!("「{value}」は時刻ではありません。RFC 3339(2026-11-23T09:00:00Z)、+4h、+3d、17:00 の形で指定してください。")
        }
        Text::BadState { value } => {
            format!("「{value}」は状態ではありません。vaulted、in_hand、in_device、missing のどれかです。")
        }
        Text::CorrectNeeds { state, option } => format!("--to-state {state} は {option} とともに使います。"),
        Text::NothingToDescribe => {
            "内容を指定してください: --class、--system、--from、--until、--info、--persons、--encrypted、--legal-hold。".into()
        }
        Text::BadPeriod { value } => format!("「{value}」は日付ではありません。2026-11-23 の形で指定してください。"),
        Text::NoRandomness => "乱数が得られません。何も記録していません。".into(),
        Text::Title(title) => heading(title).into(),
        Text::History => "保管履歴".into(),
        Text::SeenNever => "なし(ラベルはまだ読まれていません)".into(),
        Text::Seen { at, place, how } => format!("{at}、{place}({how})"),
        Text::Flagged { flag, meaning, since, span, ends } => {
            format!("{flag}: {meaning}、{since} から({span})。解消: {ends}")
        }
        Text::Tale(ref story) => tale(story),
        Text::Station(text) => super::screens::station(text),
        Text::Screens(text) => super::screens::screens(text),
        Text::Probing(text) => super::dialogs::probing(text),
        Text::Asking(text) => super::dialogs::asking(text),
        Text::Salvaging(text) => super::salvaging::say(text),
        Text::Bundling(text) => super::bundling::say(voice, text),
        Text::Keeping(text) => super::keeping::say(text),
        Text::Witness(text) => super::witness::say(text),
        Text::Audits(ref text) => super::audits::say(text),
        Text::Orders(ref text) => super::orders::say(voice, text),
        Text::Head(head) => super::orders::head(head).into(),
        Text::Remark(text) => super::dialogs::remark(text),
        Text::SeenElsewhere { place, since } => format!("{since} に、記録と違う {place} で現物確認されています。"),
    }
}

pub(super) const fn heading(title: Title) -> &'static str {
    match title {
        Title::Barcode => "バーコード",
        Title::State => "状態",
        Title::Place => "場所",
        Title::Custodian => "保管責任者",
        Title::Answerable => "責任者",
        Title::Since => "いつから",
        Title::Due => "返却期限",
        Title::Flags | Title::Flag => "警報",
        Title::Severity => "重大度",
        Title::HowLong => "経過",
        Title::Ends => "解消方法",
        Title::Serial => "製造番号",
        Title::Seen => "最終確認",
        Title::Contents => "内容",
        Title::Badge => "バッジ",
        Title::Name => "氏名",
        Title::Org => "所属",
        Title::Roles => "役割",
        Title::Suspended => "停止",
        Title::Code => "符号",
        Title::Kind => "種類",
        Title::In => "上位",
        Title::Capacity => "収容数",
        Title::Media => "媒体数",
        Title::Retired => "廃止",
        Title::Seq => "記録",
        Title::At => "時刻",
        Title::By => "操作者",
        Title::With => "立会者",
        Title::Station => "端末",
        Title::How => "読取方法",
        Title::What => "操作",
        Title::Value => "値",
        Title::Allowed => "許される値",
        Title::Chain => "履歴数",
        Title::Where => "所在",
        Title::Pin => "PIN",
        Title::Used => "消化",
    }
}

pub(in crate::i18n) fn tale(tale: &Tale<'_>) -> String {
    match *tale {
        Tale::Heading => "保管庫に届かなかった二本のバックアップテープ: 何が起き、台帳は何を示すか。\n\
                          時刻は日本時間です。"
            .into(),
        Tale::Registered { at, count } => {
            format!("{at}  テープ {count} 本を、常駐先のライブラリ SV に登録。")
        }
        Tale::Written { lost, persons } => format!(
            "  うち {lost} に保険金請求書類の画像、{persons} 人分。\n  \
             医療情報を含み、暗号化なし。"
        ),
        Tale::Inventories { count } => format!("  毎週のライブラリの在庫確認 {count} 回で全数を確認。"),
        Tale::Ordered { at, order, requester, approver } => format!(
            "{at}  作業指示 {order}: {requester} が SV の全テープの一日以内の\n  \
             保管庫への移動を申請し、{approver} が承認。"
        ),
        Tale::Close { at, order } => format!("{at}  $ kuraban order close {order}"),
        Tale::NotClosed { order, outside } => format!(
            "  作業指示 {order} は完了できません。{outside} が保管庫に戻っていません。\n  \
             発見されるか所在不明と名指しされるまで、重大のまま残ります。"
        ),
        Tale::Pins { pin } => format!("全員の PIN は {pin} です。"),
        Tale::Maintenance { at, out, back } => {
            format!("{at}  年末保守: {out} 本を取り出し、{back} 本を保管庫に入庫。")
        }
        Tale::Look { at } => format!("{at}  $ kuraban flags --min critical"),
        Tale::Holder { badge, name } => format!("  二本の保管責任者: 取り出した {badge}({name})。"),
        Tale::Flagged { at, hours } => {
            format!("  {at} から警報。保守の開始から {hours} 時間後、同じ日のうちです。")
        }
        Tale::Removal { at, last_seen } => format!(
            "{at}  空になったライブラリを二人で廃止。最後にそこで確認され、\n  \
             その後保管庫に入っていない媒体が示されます: {last_seen}。"
        ),
        Tale::Counted { at, audit, expected, seen } => format!(
            "{at}  棚卸し(実際には合格していたもの)。拠点全体を一覧を見ずに\n  \
             計数し、{expected} 本のうち {seen} 本を読取り。\n  \
             $ kuraban audit close {audit} --with B-1001"
        ),
        Tale::Failed { missing, incident } => {
            let incident = incident.map_or_else(String::new, |id| format!("、事案 {id} を登録"));
            format!("  不合格(REFUSED)。所在不明: {missing}{incident}。")
        }
        Tale::Passed => "  合格(CERTIFIED)。".into(),
        Tale::Claimed { at, badge } => format!(
            "{at}  ここで {badge} が発見を申告し、バーコードを入力したと\n  \
             します。ラベルは読み取られておらず、次の棚卸しでは証拠になりません。"
        ),
        Tale::Window { barcode, from, until, by } => format!(
            "$ kuraban media show {barcode}\n  \
             紛失の期間: {from}({by} の読取り) → {until}。"
        ),
        Tale::Days { days, lost, persons } => format!(
            "実際に紛失が分かったのはこの頃で、それまでに二回の棚卸しを通過していました。\n\
             この台帳では {lost}({persons} 人分の書類)に、\n\
             その {days} 日前から警報が出ています。"
        ),
        Tale::End { kept: Some(file) } => {
            format!("台帳を残しました。調べるには:\n  kuraban --ledger {file} media show K00017L5")
        }
        Tale::End { kept: None } => "台帳は破棄しました。kuraban demo --ledger FILE で残せます。".into(),
    }
}
