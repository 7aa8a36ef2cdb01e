//! What is wrong with the ledger file, and what contradicts the record.

use crate::app::Trouble;
use crate::domain::barcode::{LabelError, MAX_LENGTH};
use crate::domain::names::NameError;
use crate::exchange::BadReason;
use crate::i18n::{Sentence, Voice};
use crate::ledger::identity::Incarnation;
use crate::ledger::note::NoteError;
use crate::ledger::verdict::Reason;

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(trouble: &Trouble) -> Sentence {
    match trouble {
        Trouble::Missing(path) => Sentence::new(
            format!("{} に台帳がありません。", path.display()),
            "--ledger FILE または KURABAN_LEDGER で指定するか、新しく開設してください: kuraban init --site NAME --admin BADGE --name NAME。",
        ),
        Trouble::Exists(path) => Sentence::new(
            format!("{} は既にあります。上書きはしません。", path.display()),
            "別のファイルを指定してください(台帳は --ledger FILE)。FILE.key は、今どこにあっても、台帳 FILE の鍵であり、FILE-wal はその一部です。",
        ),
        Trouble::Directory(path) => Sentence::new(
            format!("{} はディレクトリです。", path.display()),
            "その中の台帳ファイルを --ledger FILE で指定してください。",
        ),
        Trouble::NotALedger(path) => Sentence::new(
            format!("{} は kuraban の台帳ではありません。変更していません。", path.display()),
            "--ledger FILE または KURABAN_LEDGER で台帳を指定してください。壊れた台帳であれば: kuraban salvage FILE",
        ),
        Trouble::Newer { found, known } => Sentence::new(
            format!("台帳の形式は {found} です。このプログラムが扱えるのは {known} までです。"),
            "この台帳を書いた新しい kuraban を使ってください。変更していません。",
        ),
        Trouble::ForeignSchema { found } => Sentence::new(
            format!("台帳の表やトリガーがこの版のものではありません(指紋 {found})。何も書き込みません。"),
            "kuraban の外で変更されています。kuraban verify を実行し、写しを取り、監査人に連絡してください。",
        ),
        Trouble::Locked { seconds } => Sentence::new(
            format!("別のプログラムが台帳を {seconds} 秒以上ロックしています。何も記録していません。"),
            "もう一度実行してください。続く場合は、バックアップなどファイルを開いているプログラムを確認してください。",
        ),
        Trouble::ReadOnly => Sentence::new(
            "台帳は読取り専用です。何も記録していません。",
            "ファイルとディレクトリの権限を確認してください。",
        ),
        Trouble::Full => Sentence::new(
            "ディスクに空きがありません。何も記録していません。",
            "空きを作ってから、もう一度実行してください。",
        ),
        Trouble::Disk(message) => Sentence::new(
            format!("ディスクの読み書きができません({message})。それまでに表示した記録は残っています。"),
            "もう一度読み取る前に、最後の 1 件が記録されているかを kuraban log で確認してください。続く場合は、別のディスクに台帳を退避してください: kuraban backup FILE。",
        ),
        Trouble::Damaged(message) => Sentence::new(
            format!("台帳ファイルが壊れています: {message}"),
            "-wal ファイルと一緒にそのまま複製してください。読める記録を救い出すには: kuraban salvage FILE。バックアップから戻すには: kuraban restore FILE",
        ),
        Trouble::HeadBroken { seq } => Sentence::new(
            format!("記録 {seq} で先頭行とログが一致しません。矛盾した台帳には何も書き込みません。"),
            "kuraban verify を実行し、監査人に連絡してください。",
        ),
        Trouble::HeadUnsigned { seq } => Sentence::new(
            format!(
                "末尾(記録 {seq})に台帳の鍵の署名がありません。kuraban 以外でファイルに書き込まれています。この上には何も書き込みません。"
            ),
            "ファイルの写しを保管し、外部にある最新のチェックポイントで kuraban verify を実行して、監査人に連絡してください。",
        ),
        Trouble::OtherNote(path) => Sentence::new(
            format!(
                "{} は、台帳の鍵が別の履歴に署名したチェックポイントです。台帳は以前のものではありません。これと並ぶチェックポイントには署名しません。",
                path.display()
            ),
            "そのファイルと台帳をそのまま保管し、kuraban verify を実行して、監査人に連絡してください。",
        ),
        Trouble::NothingLeft(path) => Sentence::new(
            format!("{} に台帳の記録は残っていません。変更していません。", path.display()),
            "-wal ファイルが残っていれば、両方の写しを同じディレクトリに置いてやり直してください。なければバックアップから戻します: kuraban restore FILE",
        ),
        Trouble::NoBeginning => Sentence::new(
            "台帳の最初の記録から始まっていないため、台帳を作れません。何も変更していません。",
            "監査人のために保管してください。古いバックアップには最初の記録があります: kuraban restore FILE。それも壊れている場合: kuraban salvage FILE",
        ),
        Trouble::InUse(path) => Sentence::new(
            format!("{} は別のプログラムが開いています。何も変更していません。", path.display()),
            "すべての端末の画面などを終了してから、もう一度実行してください。",
        ),
        Trouble::Vanished(path) => Sentence::new(
            format!("台帳 {} がなくなっています。鍵は残っています。", path.display()),
            "誰が持ち去ったかを調べてください。管理者がバックアップを戻します: kuraban restore FILE。新しい台帳には別の名前を使ってください。",
        ),
        Trouble::Away { path, seen } => Sentence::new(
            format!("台帳 {} がありません。この端末はその記録 {seen} 件を見ています。", path.display()),
            "まずディスクが接続されているかを確認してください。代わりに新しい台帳を作らないでください。失われた場合は、管理者がバックアップを戻します: kuraban restore FILE。",
        ),
        Trouble::Gone(path) => Sentence::new(
            format!(
                "台帳 {} がなくなりました。開いている間に移動または削除されたか、ディスクが外れています。何も記録していません。",
                path.display()
            ),
            "どこにあるかを調べ、付属のファイルとともに元の場所に戻してください。それまでに表示した記録はその中に残っています。",
        ),
        Trouble::LogGone(path) => Sentence::new(
            format!(
                "台帳を開いている間に {} が削除または置き換えられました。最新の記録はそこにしかない可能性があります。何も記録していません。",
                path.display()
            ),
            "このファイルに触れてよいのは kuraban だけです。すべての端末の kuraban を終了してから、kuraban verify を実行してください。",
        ),
        Trouble::Replaced => Sentence::new(
            "開いている間に台帳のファイルが置き換えられました。何も記録していません。",
            "開き直してください。復元した人がいなければ、監査人に連絡してください。",
        ),
        Trouble::BelowMark { seen, size } if seen <= size => Sentence::new(
            "この端末は復元後の台帳を見ていますが、これは復元前のファイルです。この上には何も書き込みません。",
            "復元後の台帳を探してください。置き換えられたファイルは、名前に .before-restore-N を付けて残してあります(参照用)。",
        ),
        Trouble::BelowMark { seen, size } => Sentence::new(
            format!(
                "この端末はこの台帳の記録 {seen} 件を見ていますが、今は {size} 件しかありません。末尾が切り取られたか、古いファイルに置き換えられています。この上には何も書き込みません。"
            ),
            "新しい方のファイルを探してください。失われた場合は、管理者が最新のチェックポイントを添えて kuraban restore --against NOTE でバックアップを復元すると、失われた範囲がログに残ります。",
        ),
        Trouble::Marked { seen } => Sentence::new(
            format!(
                "この端末が見た記録 {seen} と、今の台帳の記録が異なります。書き換えられています。この上には何も書き込みません。"
            ),
            "ファイルの写しを保管し、外部にある最新のチェックポイントで kuraban verify を実行して、監査人に連絡してください。",
        ),
        Trouble::Projection { table, column } => Sentence::new(
            format!("表 {table} の {column} に kuraban が書いたものではない値があります。"),
            "kuraban verify を実行し、監査人に連絡してください。kuraban rebuild はログから表を復元します。",
        ),
        Trouble::OtherLedger(path) => Sentence::new(
            format!(
                "このバックアップは {} の台帳のものではありません。何も変更していません。",
                path.display()
            ),
            "そのバックアップの台帳か、まだ存在しないファイルを --ledger FILE で指定してください。",
        ),
        Trouble::NotAWitness(path) => Sentence::new(
            format!("{} は証人の状態ファイルではありません。", path.display()),
            "証人の状態ファイルだったのなら、そのまま保管してください。新しいものは何も記憶していません。新しく作成するには: kuraban witness init FILE --name NAME --log KEY",
        ),
        Trouble::KeyMissing(path) => Sentence::new(
            format!("台帳の秘密鍵が {} にありません。何も記録していません。", path.display()),
            "すべての記録はこの鍵で署名されます。別の場所にある場合は --key FILE か KURABAN_KEY で指定してください。読むだけなら鍵は要りません。",
        ),
        Trouble::KeyExposed(path) => Sentence::new(
            format!("秘密鍵 {} を所有者以外も読める状態です。何も記録していません。", path.display()),
            format!(
                "読んだ人はチェックポイントを偽造できます。誰が読めたかを調べて監査人に連絡し、その後 chmod 600 {} を実行してください。",
                path.display()
            ),
        ),
        Trouble::KeyWrong(path) => Sentence::new(
            format!("{} はこの台帳の鍵ではありません。何も記録していません。", path.display()),
            "kuraban key show および外部に控えた鍵と比べてください。自分で鍵や台帳を移動・交換していない場合は監査人に連絡してください。",
        ),
        Trouble::KeySealed(path) => Sentence::new(
            format!("秘密鍵 {} はパスフレーズで封印されています。何も記録していません。", path.display()),
            "端末で入力するか、KURABAN_KEY_PASSPHRASE で指定してください。読むだけなら鍵は要りません。",
        ),
        Trouble::KeyPassphrase(path) => Sentence::new(
            format!("パスフレーズで秘密鍵 {} を開けません。何も記録していません。", path.display()),
            "もう一度試してください。パスフレーズはどこにも保存されていません。それも鍵の写しもなければ、何も記録できません。",
        ),
        Trouble::Keyless | Trouble::KeyOther(_) => Sentence::new(
            "末尾の行にこの台帳の鍵がありません。",
            "kuraban verify を実行し、監査人に連絡してください。",
        ),
        Trouble::Io { path, source } => {
            let path = path.display();
            if source.kind() == std::io::ErrorKind::StorageFull {
                let what = format!("{path} を書き込めませんでした。ディスクに空きがありません。");
                return Sentence::new(what, "空きを作ってから、もう一度実行してください。");
            }
            Sentence::new(format!("{path}: {source}"), "パスと権限を確認してください。")
        }
        Trouble::Sqlite(error) => Sentence::new(
            format!("SQLite が台帳を使えません: {error}"),
            "ファイルとディレクトリが読めることを確認し、kuraban verify を実行してください。",
        ),
    }
}

/// Why a note is no checkpoint of the ledger.
pub(super) const fn stranger(error: NoteError) -> &'static str {
    match error {
        NoteError::Form => "署名付きの形式ではありません",
        NoteError::Key => "この台帳には検証する鍵がありません",
        NoteError::Unsigned => {
            "この台帳の鍵による署名がありません。この台帳から作成したものであれば、ファイル内の鍵が交換されています。監査人に連絡してください"
        }
        NoteError::Unwitnessed => "指定した証人のいずれの連署もありません",
        NoteError::Untrusted => "署名した鍵は、方針ファイルがこの名前で信頼する鍵ではありません",
        NoteError::Origin => "この台帳の鍵で署名されていますが、別のログのものです",
        NoteError::Signature => "署名が一致しません。内容が変更されています",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn reason(voice: &Voice, reason: &Reason) -> String {
    match reason {
        Reason::Empty => "ログに記録がありません".to_owned(),
        Reason::Number { expected, found } => {
            format!("次は記録 {expected} のはずですが {found} です。記録が欠けているか、順序が違います")
        }
        Reason::RowNumber { row, entry } => format!("行 {row} に番号 {entry} の記録があります"),
        Reason::Hash { expected, found } => {
            format!("保存されたハッシュは {found} ですが、保存された内容からは {expected} になります")
        }
        Reason::Previous { expected, found } => {
            format!("この記録は {found} に続いていますが、一つ前の記録のハッシュは {expected} です")
        }
        Reason::MediumNumber { expected, found } => {
            format!("媒体の保管履歴は {expected} に続くはずですが {found} です")
        }
        Reason::MediumPrevious { expected, found } => {
            format!("媒体の保管履歴で {found} に続いていますが、一つ前のハッシュは {expected} です")
        }
        Reason::MediumUnknown { medium } => format!("媒体 #{medium} は登録されていません"),
        Reason::Form(error) => format!("内容が記録の形式ではありません: {error}"),
        Reason::NotText => "内容が UTF-8 の文字列ではありません".to_owned(),
        Reason::Illegal(refusal) => {
            format!("記録された時点で許されない操作です: {}", voice.refusal(refusal).what)
        }
        Reason::Projection { table, key, column, expected, found } => {
            format!("表 {table} の行 {key}: {column} は {found} ですが、ログからは {expected} になります")
        }
        Reason::RowMissing { table, key } => format!("表 {table} に、ログにある行 {key} がありません"),
        Reason::RowExtra { table, key } => format!("表 {table} に、ログにない行 {key} があります"),
        Reason::KeptMissing { id } => format!("ログが参照する文字列 {id} が kept にありません"),
        Reason::KeptAltered { id } => format!("kept の文字列 {id} は、ログが参照するものではありません"),
        Reason::Schema { found } => {
            format!("表・索引・トリガーがこの版のものではありません(指紋 {found})")
        }
        Reason::Pages { message } => format!("SQLite がファイルの破損を見つけました: {message}"),
        Reason::MediaCount { expected, found } => {
            format!("チェックポイントの記録は媒体 {found} 本としていますが、登録は {expected} 本です")
        }
        Reason::Root { from, size, expected, found } => format!(
            "記録 {size} 件のチェックポイントの根は {expected} ですが、台帳からは {found} になります。記録 {from} から {size} の間が書き換えられています"
        ),
        Reason::Shorter { noted, size } => format!(
            "チェックポイントは記録 {noted} 件ですが、台帳には {size} 件しかありません。末尾が切り取られたか、古いファイルに置き換えられています"
        ),
        Reason::Elsewhere { noted, incarnation } => format!(
            "記録 {noted} 件のチェックポイントは第 {incarnation} 代のものですが、台帳のその位置にその代はありません。古いファイルに置き換えられています"
        ),
        Reason::Forked { first, second } => format!(
            "台帳の鍵が二つの履歴に署名しています: 記録 {} 件の根 {} と、記録 {} 件の根 {}。両方を証拠として保管してください",
            first.size, first.root, second.size, second.root
        ),
        Reason::Rotation => "鍵を交換する記録ですが、新旧両方の鍵による署名がありません".to_owned(),
        Reason::TextsLost => {
            "文字列が失われたとする記録ですが、直前に復元の記録がありません".to_owned()
        }
        Reason::Incarnation { expected, found } => {
            format!("第 {found} 代を始める記録ですが、次は第 {expected} 代以降です")
        }
        Reason::Heads { expected, found } => format!(
            "チェックポイントの記録は媒体全体の根を {found} としていますが、媒体の履歴からは {expected} になります"
        ),
        Reason::HeadUnsigned => {
            "末尾の行に、ログの内容に対する台帳の鍵の署名がありません。鍵を持たない誰かがファイルに書き込んでいます".to_owned()
        }
        Reason::NoteAltered { size } => {
            format!("記録 {size} 件のチェックポイントとして保存されたものは、台帳の鍵で署名されたものではありません")
        }
        Reason::Untrusted { key } => format!(
            "台帳の鍵 {key} は、方針ファイルが信頼する鍵ではありません。別の台帳のファイルか、鍵が交換されています"
        ),
        Reason::StampAltered { size } => {
            format!("記録 {size} 件のチェックポイントのタイムスタンプは、別のもののスタンプです")
        }
        Reason::BelowMark { seen, size } if seen <= size => {
            "この端末は復元後の台帳を見ていますが、これは復元前のファイルです".to_owned()
        }
        Reason::BelowMark { seen, size } => format!(
            "この端末は記録 {seen} 件を見ていますが、台帳には {size} 件しかありません。末尾が切り取られたか、古いファイルに置き換えられています"
        ),
        Reason::Marked { size, expected, found } => format!(
            "この端末が見た記録 {size} のハッシュは {expected} ですが、台帳では {found} です。書き換えられています"
        ),
        Reason::Restored(Incarnation { number, began, lost, .. }) => format!(
            "復元されています(第 {number} 代){}。その後のチェックポイントは示されていません",
            lost_range(*began, *lost)
        ),
        Reason::Unreadable { message } => format!("読み取れません: {message}"),
    }
}

/// Which entries a restore lost.
fn lost_range(began: u64, lost: u64) -> String {
    if lost < began {
        String::new()
    } else {
        format!("。元の記録 {began} から {lost} は失われました")
    }
}

/// Why a line of an imported list cannot be read.
pub(in crate::i18n) fn bad_line(reason: &BadReason) -> String {
    match reason {
        BadReason::Empty => "ファイルが空です".into(),
        BadReason::Binary => "ファイルが文字列ではありません".into(),
        BadReason::Undecodable => "文字コードが UTF-8、UTF-16、CP932(Shift_JIS)のどれでもありません".into(),
        BadReason::NoBarcodeColumn { found } => {
            format!("最初の行に「バーコード」の列が必要です。今の列: {}", found.join("、"))
        }
        BadReason::RepeatedColumn => "同じ列が二つあります".into(),
        BadReason::CellCount { expected, found } => {
            format!("見出しは {expected} 列ですが {found} 列あります")
        }
        BadReason::UnclosedQuote => "ここで開いた引用符が閉じていません".into(),
        BadReason::MissingBarcode => "バーコードがありません".into(),
        BadReason::Repeated { first } => format!("{first} 行目と同じバーコードです"),
        BadReason::Spreadsheet { cell } => {
            format!("「{cell}」は表計算ソフトが変換した値です。列を文字列にして出力し直してください")
        }
        BadReason::Control => "セルに制御文字があります".into(),
        BadReason::TooLong { length } => format!("セルが {length} 文字です(1000 文字まで)"),
        BadReason::NotAVolume => "ボリュームとして読めません".into(),
        BadReason::OnlyDisk { skipped } => {
            format!("一覧にテープがありません(ディスク上のボリューム {skipped} 件)")
        }
    }
}

/// Why a text is not a label.
pub(super) fn label_error(error: LabelError) -> String {
    match error {
        LabelError::Empty => "空です".into(),
        LabelError::TooLong { length } => format!("{length} 文字あります(ラベルは {MAX_LENGTH} 文字まで)"),
        LabelError::Character { found } => format!("{found:?} はラベルに使われない文字です"),
        LabelError::SmallLetters => "小文字です(Caps Lock を確認してください)".into(),
        LabelError::Misread => "開始・終了文字が誤って読まれています".into(),
    }
}

/// Why a text is not a name of its kind.
pub(in crate::i18n) fn name_error(error: NameError) -> String {
    match error {
        NameError::Empty => "空です".into(),
        NameError::TooLong { length, limit } => format!("{length} 文字あります({limit} 文字まで)"),
        NameError::Character { found } => format!("{found:?} は使えない文字です"),
    }
}
