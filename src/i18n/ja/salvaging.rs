//! Damaged ledgers and what is saved of them, in Japanese.

use crate::i18n::Salvaging;
use crate::i18n::salvaging::NAMED;

pub(in crate::i18n) fn say(text: Salvaging<'_>) -> String {
    match text {
        Salvaging::Whole { count } => format!("記録 {count} 件すべてを確認しました。欠けているものはありません。"),
        Salvaging::Saved { count } => format!("記録 {count} 件を確認しました。"),
        Salvaging::Missing { ranges, count } => {
            let one = |&(from, until): &(u64, u64)| {
                if from == until { from.to_string() } else { format!("{from} から {until}") }
            };
            let named: Vec<String> = ranges.iter().take(NAMED).map(one).collect();
            let more = match ranges.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!("、ほか {more} か所"),
            };
            format!("欠けている記録({count} 件): {}{more}", named.join("、"))
        }
        Salvaging::First { count } => format!(
            "台帳を作れるのは、最初に欠けた所より前の {count} 件からだけです。バックアップや写しから補ってください: kuraban salvage FILE --backup BACKUP"
        ),
        Salvaging::NoBeginning => {
            "最初の記録が欠けているため、救い出した記録からは台帳を作れません。バックアップから補ってください: kuraban salvage FILE --backup BACKUP、または kuraban restore BACKUP".into()
        }
        Salvaging::StrangeNotes { count } => format!(
            "チェックポイント {count} 件は使いませんでした。救い出した記録にある鍵で署名された、この台帳のものではありません。この台帳のものかどうか調べてください。最初の記録を持つバックアップがあれば分かります: --backup FILE"
        ),
        Salvaging::NoCopy { file } => format!("{file} には台帳の記録らしいものがないため、何も取り出していません。"),
        Salvaging::Holds { file } => format!(
            "{file} 自体が正しいかどうかは kuraban verify で確かめます。正しければそのまま使い、ほかにすることはありません。"
        ),
        Salvaging::EndsLater { size } => format!(
            "台帳には記録 {size} までありました(署名された末尾、チェックポイント、またはこの端末の記憶による)。"
        ),
        Salvaging::EndUnknown { last } => format!(
            "記録 {last} より後に記録があったかどうかは分かりません。末尾の署名もチェックポイントも残っていません。チェックポイントや紙の記録を調べてください。"
        ),
        Salvaging::Unread => {
            "ディスクからファイルの全体を読めません。故障したディスクを読むためのプログラムで複製し、その写しからも救い出してください。".into()
        }
        Salvaging::Next { file, saved } => format!(
            "{file} は変更していません。-wal ファイルと一緒に保管してください。より多くの記録を持つバックアップがあれば、それを戻します: kuraban restore FILE。なければ、両方を別の名前に移し、救い出した記録から台帳を作ります: kuraban init --from {saved} --kept DAMAGED。名前、文章、PIN は記録に含まれないため、--kept で壊れたファイルまたはバックアップから取り出します。"
        ),
        Salvaging::Renewed { size, seq, incarnation } => {
            format!("記録 {size} 件から台帳を作り直しました(記録 {seq}、第 {incarnation} 代)。")
        }
        Salvaging::After { count } => format!(
            "欠けた所より後に記録が {count} 件あります。改変はありませんが、台帳には反映できません。そのファイルを監査人のために保管してください。"
        ),
        Salvaging::Contradicted { seq } => format!(
            "記録 {seq} は、記録 {} が指すものと異なります。どちらかが書き換えられています。この二つとその後の記録は台帳に含まれません。",
            seq + 1
        ),
        Salvaging::WrongPin { badge } => {
            format!("{badge} の PIN が違います。台帳はまだないため、何も記録していません。最初からやり直してください。")
        }
        Salvaging::OldEntries => {
            "時計が正しければ、もう一人が立ち会ってください: kuraban init --from FILE --with BADGE。何も記録していません。".into()
        }
        Salvaging::NoEntries { count } => {
            format!("{count} 行は記録ではないため除きました。最初のその行より後は台帳に含まれません。")
        }
        Salvaging::TextsLost { count } => format!(
            "名前、文章、PIN のうち {count} 件が失われました。PIN を失った人には、管理者が新しい PIN を設定します: kuraban person pin BADGE"
        ),
        Salvaging::NewPin { badge, seq } => {
            format!("{badge} の PIN は失われたため、新しい PIN を設定しました(記録 {seq})。")
        }
    }
}
