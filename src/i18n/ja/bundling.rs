//! Bundles, time stamps and an auditor's policy, in Japanese.

use super::text::verdict_word;
use crate::app::{NoBundle, NoStamp};
use crate::i18n::{Bundling, Voice};
use crate::ledger::bundle::BundleFault;
use crate::ledger::timestamp::StampError;
use crate::ledger::trust::TrustProblem;

pub(in crate::i18n) fn say(voice: &Voice, text: Bundling<'_>) -> String {
    match text {
        Bundling::None { barcode, why } => none(barcode, why),
        Bundling::Next { why } => next(why).into(),
        Bundling::Made { barcode, entries, size, later: 0 } => format!(
            "{barcode} の履歴: 記録 {entries} 件。記録 {size} 件のチェックポイントまで漏れなし。受け取る人には鍵も必要です: kuraban key show"
        ),
        Bundling::Made { barcode, entries, size, later } => format!(
            "{barcode} の履歴: 記録 {entries} 件。記録 {size} 件のチェックポイントまで漏れなし。その後の {later} 件は含まれていません。含めるには --heads でチェックポイントを作成してください。"
        ),
        Bundling::Broken { fault: fault @ (BundleFault::Form | BundleFault::Format) } => {
            format!("判定できません: {}。もう一度受け取ってください。", self::fault(fault))
        }
        Bundling::Broken { fault } => format!("TAMPERED(改ざん): {}", self::fault(fault)),
        Bundling::Fault { fault } => self::fault(fault),
        Bundling::Holds { verdict, barcode, entries, size, origin } => format!(
            "{}: {barcode}、記録 {entries} 件。{origin} の記録 {size} 件のチェックポイントまで漏れなし",
            verdict_word(verdict)
        ),
        Bundling::Forked { root, other } => format!(
            "同じ鍵が同じ件数の二つの履歴に署名しています(根 {root} と {other})。証拠として両方のファイルを保管してください。"
        ),
        Bundling::WhoseKey { key } => format!(
            "署名は、この履歴自身が示す鍵によるものです。壊れていないことしか分かりません。台帳の責任者から受け取った鍵と比べるか、その鍵を --log で指定してください:\n{key}"
        ),
        Bundling::NothingWitnessed => {
            "証人が連署したチェックポイントを --against NOTE で指定してください。".into()
        }
        Bundling::SaysNothing { file } => format!(
            "{file} はこの履歴について何も示しません。件数か台帳が異なるか、同じ鍵の署名がありません。"
        ),
        Bundling::BadPolicy { file, fault } => {
            format!("{file} の {} 行目: {}", fault.line, problem(fault.why))
        }
        Bundling::QueryWritten { file, size } => format!(
            "記録 {size} 件のチェックポイントのタイムスタンプ要求を {file} に書き込みました。応答を付けるには: kuraban checkpoint --tsr FILE"
        ),
        Bundling::StampKept { size } => format!(
            "記録 {size} 件のチェックポイントにタイムスタンプを付けました。検証するには: kuraban verify --tsa FILE"
        ),
        Bundling::NoStamp { file, why: NoStamp::Already { size } } => format!(
            "記録 {size} 件のチェックポイントには、より価値のある先のタイムスタンプがあります。{file} は付けていません。"
        ),
        Bundling::NoStamp { file, why: NoStamp::Stranger } => {
            format!("{file} はこの台帳のチェックポイントのタイムスタンプではありません。付けていません。")
        }
        Bundling::NoStamp { file, why: NoStamp::Stamp(error) } => {
            format!("{file} を付けられません: {}", stamp(error))
        }
        Bundling::Stamped { size, at, authority, later } => format!(
            "タイムスタンプ: 最初の記録 {size} 件は {} に存在していました({authority} による)。その後の {later} 件は含まれません。時刻を確認してください。",
            voice.time(at)
        ),
        Bundling::StampBroken { size, error } => {
            format!("記録 {size} 件のチェックポイントのタイムスタンプは無効です: {}", stamp(error))
        }
    }
}

fn none(barcode: &str, why: NoBundle) -> String {
    match why {
        NoBundle::NoHeads { size: None } => format!(
            "{barcode} の履歴はまだ渡せません。各媒体の最新の記録を示すチェックポイントがありません。"
        ),
        NoBundle::NoHeads { size: Some(size) } => format!(
            "{barcode} の記録 {size} 件までの履歴は渡せません。各媒体の最新の記録を示す、その件数のチェックポイントがありません。"
        ),
        NoBundle::Later { size } => {
            format!("{barcode} は記録 {size} 件のチェックポイントより後に登録されています。")
        }
        NoBundle::Note => {
            format!(
                "このファイルでは {barcode} の履歴を渡せません。この台帳のチェックポイントではありません。"
            )
        }
    }
}

const fn next(why: NoBundle) -> &'static str {
    match why {
        NoBundle::NoHeads { .. } | NoBundle::Later { .. } => "作成するには: kuraban checkpoint --heads",
        NoBundle::Note => "kuraban checkpoint が出力したもの、または証人が連署したものを指定してください。",
    }
}

fn fault(fault: &BundleFault) -> String {
    match fault {
        BundleFault::Form => "定められた形式の履歴ではありません".into(),
        BundleFault::Format => "このプログラムが知らない形式の履歴です".into(),
        BundleFault::Key => "信頼する鍵による署名ではありません".into(),
        BundleFault::Note => "含まれているチェックポイントは、その鍵で署名されたものではありません".into(),
        BundleFault::Checkpoint => {
            "チェックポイントの記録が最後のものでないか、媒体全体の根を示していません".into()
        }
        BundleFault::Chain(at) => {
            format!("媒体の {at} 番目の記録が、記録でないか、別の媒体のものか、一つ前に続いていません")
        }
        BundleFault::Inclusion(at) => {
            format!("媒体の {at} 番目の記録は、チェックポイントの時点の台帳にありません")
        }
        BundleFault::Newest => {
            "最後の記録は、チェックポイントの時点の最新ではありません。後の記録が省かれています".into()
        }
    }
}

const fn stamp(error: StampError) -> &'static str {
    match error {
        StampError::Form => "タイムスタンプ局の応答ではありません",
        StampError::Refused { .. } => "タイムスタンプ局が発行を断っています",
        StampError::Algorithm => "認められない方式、または短すぎる鍵です",
        StampError::Imprint => "別のもののタイムスタンプです",
        StampError::Signature => "署名が一致しません",
        StampError::Certificate => "署名者の証明書が含まれていません",
        StampError::Authorities => "信頼する証明書のファイルに、読める証明書がありません",
        StampError::Chain => "信頼する証明書が署名者を裏付けていません",
        StampError::Purpose => "署名者の証明書がタイムスタンプ専用ではありません",
        StampError::Expired => "その時点で有効でない証明書があります",
    }
}

const fn problem(problem: TrustProblem) -> &'static str {
    match problem {
        TrustProblem::TooLong => "ファイルが大きすぎます",
        TrustProblem::Control => "タブと改行以外の制御文字があります(改行は LF だけです)",
        TrustProblem::Keyword => "log、witness、group、quorum、# のどれでも始まっていません",
        TrustProblem::Items => "項目の数が違います",
        TrustProblem::LogKey => "台帳の鍵(Ed25519)ではありません",
        TrustProblem::WitnessKey => "証人の鍵(Ed25519)ではありません",
        TrustProblem::KeyTwice => "同じ公開鍵が上の行にあります",
        TrustProblem::NameTaken => "その名前は使えません",
        TrustProblem::Threshold => "必要数は any、all、または 1 から人数までの数です",
        TrustProblem::Unknown => "その名前の証人やグループが上の行にありません",
        TrustProblem::MemberTwice => "すでにいずれかのグループの一員です",
        TrustProblem::QuorumTwice => "quorum は上の行で指定済みです",
        TrustProblem::NoQuorum => "quorum の行がありません",
        TrustProblem::NoLog => "log の行がありません",
    }
}
