//! The key, backups and what is given to third parties, in Japanese.

use crate::i18n::Keeping;
use crate::ledger::verdict::Verdict;

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(text: Keeping<'_>) -> String {
    match text {
        Keeping::AskPassphrase { file } => format!("鍵 {file} のパスフレーズ: "),
        Keeping::AskNewPassphrase => "台帳の鍵の新しいパスフレーズ: ".into(),
        Keeping::Unprinted { error } => format!("結果を出力できません: {error}"),
        Keeping::UnprintedNext => "記録済みのものはそのまま残っています。やり直す前に kuraban log で確認してください。".into(),
        Keeping::AskPassphraseAgain => "もう一度: ".into(),
        Keeping::PassphrasesDiffer => "二つのパスフレーズが一致しません。何も変更していません。".into(),
        Keeping::NoPassphrase => {
            "新しいパスフレーズを入力する端末がありません。KURABAN_NEW_KEY_PASSPHRASE で指定してください。".into()
        }
        Keeping::Sealed { file } => format!(
            "鍵 {file} を封印しました。記録するたびにパスフレーズが必要です。どこにも保存されないので、パスフレーズとファイルの写しを保管してください。"
        ),
        Keeping::Unsealed { file } => {
            format!("鍵 {file} の封印を解きました。保護しているのはファイルの権限だけです。")
        }
        Keeping::Rotated { seq, key, file } => format!(
            "台帳の鍵を交換しました(記録 {seq}):\n{key}\nこの台帳のチェックポイントを検証する人に渡してください。古い秘密鍵は {file} にあります。その時期のバックアップの署名に使われているので、古い鍵の保管場所へ移してください。"
        ),
        Keeping::BackedUp { file, size } => {
            format!("記録 {size} 件を {file} に複製し、全体を検証しました。")
        }
        Keeping::NoKeyInIt { key } => {
            format!("秘密鍵は含まれていません。{key} の写しを別の場所に保管してください。鍵がなければ何も記録できません。")
        }
        Keeping::BackupBroken => {
            "複製に不整合があるため残していません。証拠としては、台帳のファイルそのものを複製してください。".into()
        }
        Keeping::RestoreBrokenNext => {
            "別のバックアップを使ってください。このバックアップから読める記録は、壊れた台帳の欠けを補うのに使えます: kuraban salvage LEDGER --backup FILE".into()
        }
        Keeping::RestoreBroken { file } => {
            format!("バックアップ {file} に不整合があります。何も変更していません。")
        }
        Keeping::Restored { seq, incarnation } => {
            format!("バックアップを台帳にしました(記録 {seq}、第 {incarnation} 代)。")
        }
        Keeping::Lost { from, until } if from == until => {
            format!("元の記録 {from} は失われました。その内容を調べて、記録し直してください。")
        }
        Keeping::Lost { from, until } => {
            format!("元の記録 {from} から {until} は失われました。その内容を調べて、記録し直してください。")
        }
        Keeping::LostUnknown => {
            "元のファイルは読めませんでした。失われた記録があるかどうかは分かりません。チェックポイントや紙の記録を調べてください。".into()
        }
        Keeping::NothingLost => "分かっている限り、失われた記録はありません。".into(),
        Keeping::WasRestored { number, began, lost } if lost >= began => format!(
            "記録 {began} で復元されています(第 {number} 代)。元の記録 {began} から {lost} は失われました。"
        ),
        Keeping::WasRestored { number, began, .. } => {
            format!("記録 {began} で復元されています(第 {number} 代)。")
        }
        Keeping::NotRemembered { error } => {
            format!("この端末は見たものを記憶できず、巻き戻しに気付けません: {error}")
        }
        Keeping::SinceBeyond { since, size } => format!(
            "記録 {since} 件を見た証人はこれに連署しません。台帳には {size} 件しかありません。本当に見ているなら、末尾が切り取られたか、古いファイルに置き換えられています。監査人に連絡してください。"
        ),
        Keeping::Aside { file } => format!("元のファイルは {file} として残しました。"),
        Keeping::AfterRestore => {
            "チェックポイントと照合するまで、kuraban verify は RESTORED と表示します。今すぐ作成して(kuraban checkpoint)監査人に渡し、棚卸を行ってください。".into()
        }
        Keeping::NoCheckpoint { size: None } => {
            "チェックポイントはまだありません。作成するには: kuraban checkpoint".into()
        }
        Keeping::NoCheckpoint { size: Some(size) } => format!(
            "記録 {size} 件のチェックポイントはありません。最後のもの: kuraban checkpoint --last"
        ),
        Keeping::NotDelivered { error } => {
            format!("チェックポイントは作成しましたが、KURABAN_NOTES に書き込めません: {error}")
        }
        Keeping::Acknowledged { entry, seq } => format!(
            "記録 {entry} は規則で許されない操作でしたが、二人で承認しました(記録 {seq})。台帳の状態には反映されません。"
        ),
        Keeping::NotIrregular { entry } => {
            format!("記録 {entry} は、規則で許されない最初の操作ではありません。何も記録していません。")
        }
        Keeping::VerdictShort { verdict } => short(verdict).into(),
        Keeping::VerdictNext { verdict } => next(verdict).into(),
        Keeping::NoteOfAnother { file } => {
            format!("{file} は、この台帳の鍵で署名されたチェックポイントではありません。何も変更していません。")
        }
    }
}

/// What each verdict asks of whoever reads it.
const fn next(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Anchored => {
            "対応は不要です。チェックポイントより後の記録は、次のチェックポイントが裏付けます。"
        }
        Verdict::Consistent => {
            "鍵の保持者なら書き換えられた可能性があります。外部に保管したチェックポイントと照合するか(--against NOTE)、今後は保管してください: kuraban checkpoint"
        }
        Verdict::Irregular => {
            "内容は記録されたときのままですが、kuraban なら拒否した操作です。記録した人に確認し、監査人に見てもらってください。二人で承認できます: kuraban acknowledge 番号。その操作は状態に反映されず、kuraban rebuild で表に反映されます。"
        }
        Verdict::Tampered => {
            "ファイルが変更されています。これ以上記録せず、ファイルとチェックポイントをそのまま保管して監査人に連絡してください。バックアップは kuraban restore でのみ戻してください。"
        }
        Verdict::RolledBack => {
            "記録する前に新しい方のファイルを探し、両方を保管してください。失われた場合は、管理者が kuraban restore でバックアップを戻すと、そのことがログに残ります。"
        }
        Verdict::Forked => {
            "鍵の保持者が、相手によって異なる履歴を示しています。両方のチェックポイントとファイルを保管し、監査人に連絡してください。"
        }
        Verdict::Restored => {
            "理由を確認し、棚卸を行い、失われた内容を記録し直してください。その後チェックポイントを外部に保管し、照合してください: --against NOTE"
        }
        Verdict::Damaged => {
            "-wal ファイルと一緒にそのまま複製し、ディスクを調べてください。読める記録を救い出すには: kuraban salvage FILE。バックアップを戻すには: kuraban restore FILE。バックアップがなければ、kuraban init --from で救い出した記録から台帳を作れます。"
        }
        Verdict::Newer => "この台帳を書いた新しい版の kuraban を使ってください。",
    }
}

/// The verdict for the header of the screens, where room is short.
const fn short(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Anchored => "ANCHORED 裏付あり",
        Verdict::Consistent => "CONSISTENT 整合",
        Verdict::Irregular => "IRREGULAR 規則違反",
        Verdict::Tampered => "TAMPERED 改ざん",
        Verdict::RolledBack => "ROLLED BACK 巻き戻し",
        Verdict::Forked => "FORKED 分岐",
        Verdict::Restored => "RESTORED 復元後",
        Verdict::Damaged => "DAMAGED 破損",
        Verdict::Newer => "NEWER 新しい版",
    }
}
