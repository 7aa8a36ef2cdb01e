//! What the larger dialogs say.

use crate::i18n::{Asking, Probing, Remark};

pub(in crate::i18n) fn probing(text: Probing<'_>) -> String {
    match text {
        Probing::Title => "スキャナの試験".into(),
        Probing::Ask => "任意のラベルを読み取ってください。記録はしません。Esc で終了。".into(),
        Probing::Pasted(letters) => {
            format!("{letters} 文字が貼付けとして届きました。読取りではなく貼付けとして扱います。")
        }
        Probing::Came(keys) => format!("受信: {keys}"),
        Probing::Gaps { keys, median, widest } => {
            format!("{keys} キー、間隔 {median} ms(中央値)、最大 {widest} ms")
        }
        Probing::End(Some(key)) => format!("終端: {key}"),
        Probing::End(None) => "終端キーなし(無入力で終わります)".into(),
        Probing::Taken { text, how } => format!("この端末の解釈: {text}({how})"),
        Probing::NotTaken => "今の設定では何も読み取れません。".into(),
        Probing::Setting { now, fits } if now == fits => {
            format!("KURABAN_SCAN_END={now} はこのスキャナに合っています。")
        }
        Probing::Setting { now, fits } => {
            format!("KURABAN_SCAN_END は {now} です。このスキャナには {fits} を指定してください。")
        }
    }
}

pub(in crate::i18n) fn asking(text: Asking<'_>) -> String {
    match text {
        Asking::Title => "新しい台帳".into(),
        Asking::Intro(file) => format!(
            "台帳 {file} はまだありません。いくつかの質問に答えると作成します。既存の台帳を使うには \
             Esc で終了し、kuraban --ledger FILE を実行してください。"
        ),
        Asking::Site => "拠点名(英数字、- と .)。例: TOKYO".into(),
        Asking::Badge => "最初の担当者(あなた)のバッジ番号。入力または読取り".into(),
        Asking::Name => "その氏名(後で消去できるよう別に保管します)".into(),
        Asking::Pin => "このバッジの PIN(4〜12 桁の数字)".into(),
        Asking::Again => "確認のため同じ PIN".into(),
        Asking::Vault => "最初の保管庫のコード(ラベルの表示どおり)。例: V1".into(),
        Asking::Taken => "保管庫には拠点名と異なるコードが必要です。".into(),
        Asking::Keys => "Enter: 次へ   ↑ ↓: 移動   Esc: 何も作らずに終了".into(),
    }
}

pub(in crate::i18n) fn remark(text: Remark<'_>) -> String {
    match text {
        Remark::ReadElsewhere(label) => {
            format!("{label} は読取り画面以外で読まれました。記録していません。F1 を押して読み直してください")
        }
        Remark::InsteadOfPin(label) => {
            format!(
                "{label} は PIN の入力中に読まれました。記録していません。PIN を入力してから読み直してください"
            )
        }
        Remark::OnlyRead => "この台帳は読取り専用です。読み取っても何も記録されません".into(),
        Remark::ReadOnly => "読取専用".into(),
        Remark::ClockBehind { now, last, span } => {
            format!(
                "時計は {now} で、台帳の最後の記録より{span}遅れています。追いつくまで、記録の日時は {last} となり、期限切れも検出されません。"
            )
        }
        Remark::ClockBehindNext => {
            "時計を合わせてください。時計が正しく台帳の方が進んでいる場合は、管理者がその前のバックアップを戻せます: kuraban restore FILE。".into()
        }
        Remark::MoreKeys => "続き: ↑ ↓ PgUp PgDn".into(),
        Remark::FoundFirst(count) => format!("先頭の {count} 件(ほかにもあります)"),
    }
}
