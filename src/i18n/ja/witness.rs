//! Witnesses, in Japanese.

use super::trouble::stranger;
use crate::i18n::Witnessing;
use crate::ledger::witness::WitnessError;

pub(in crate::i18n) fn say(text: Witnessing<'_>) -> String {
    match text {
        Witnessing::NoKey { value } => {
            format!(
                "「{value}」は台帳の鍵ではありません。台帳側で kuraban key show が表示するものを指定してください。"
            )
        }
        Witnessing::NoName { value } => {
            format!("「{value}」は証人の名前にできません。空白とプラス記号は使えません。")
        }
        Witnessing::Knows { key, log, size: 0 } => {
            format!("証人      {key}\n対象台帳  {log}\nまだ何も確認していません。")
        }
        Witnessing::Knows { key, log, size } => {
            format!("証人      {key}\n対象台帳  {log}\n最終確認  記録 {size} 件")
        }
        Witnessing::Refused { error } => format!("連署していません: {}。", refused(error)),
        Witnessing::Next { error } => next(error),
        Witnessing::NoWitness { value } => {
            format!(
                "「{value}」は証人の鍵ではありません。証人側で kuraban witness show が表示するものを指定してください。"
            )
        }
        Witnessing::Cosigned { name, at } => format!("{name} が {at} に連署しています。"),
        Witnessing::LastSeen => "最後に確認したチェックポイント:".into(),
    }
}

fn refused(error: &WitnessError) -> String {
    match error {
        WitnessError::Form => "ファイルが依頼の形式ではありません".into(),
        WitnessError::Note(error) => {
            format!("この台帳のチェックポイントではありません: {}", stranger(*error))
        }
        WitnessError::Elsewhere { old, seen } => {
            format!("証明は記録 {old} 件から始まりますが、この証人は {seen} 件まで確認しています")
        }
        WitnessError::Behind { size, seen } => {
            format!("記録 {size} 件のものですが、この証人は {seen} 件まで確認しています")
        }
        WitnessError::Forked { size, seen } => format!(
            "記録 {size} 件は、この証人が確認した {seen} 件の続きではありません。台帳の鍵が二つの履歴に署名したか、証明が途中で変更されています"
        ),
    }
}

fn next(error: &WitnessError) -> String {
    match error {
        WitnessError::Form => "依頼は台帳側の kuraban checkpoint --since N が表示するものです。".into(),
        WitnessError::Note(_) => {
            "鍵を比べてください: 台帳側は kuraban key show、こちらは kuraban witness show。".into()
        }
        WitnessError::Elsewhere { seen, .. } => {
            format!("台帳側で実行してください: kuraban checkpoint --since {seen}")
        }
        WitnessError::Behind { .. } => {
            "古い依頼でなければ、台帳が巻き戻されています。下のチェックポイントと照合し(kuraban verify --against)、監査人に連絡してください。".into()
        }
        WitnessError::Forked { .. } => {
            "依頼と下のチェックポイントを証拠として保管してください。台帳を両方と照合し(kuraban verify --against)、監査人に連絡してください。".into()
        }
    }
}
