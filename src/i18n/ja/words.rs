//! Single words and short names.

use crate::domain::custody::State;
use crate::domain::event::Kind;
use crate::domain::flag::{FlagKind, Severity};
use crate::domain::person::Role;
use crate::domain::place::PlaceKind;

pub(in crate::i18n) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::LedgerOpened => "台帳の開設",
        Kind::PersonEnrolled => "要員の登録",
        Kind::PersonRoles => "役割の変更",
        Kind::PersonSuspended => "要員の停止",
        Kind::CredentialSet => "PIN 設定",
        Kind::PinRefused => "PIN 誤り",
        Kind::SignedOn => "サインオン",
        Kind::PlaceAdded => "場所の追加",
        Kind::PlaceRetired => "場所の廃止",
        Kind::PolicyChanged => "運用規則の変更",
        Kind::Checkpoint => "チェックポイント",
        Kind::KeyRotated => "鍵の交換",
        Kind::Restore => "バックアップからの復元",
        Kind::TextsLost => "文字列の喪失",
        Kind::IrregularAcknowledged => "規則違反の承認",
        Kind::ClockHeld => "時刻の保留",
        Kind::ClockConfirmed => "時刻の確認",
        Kind::Rebuilt => "再構築",
        Kind::UnknownLabel => "不明なラベル",
        Kind::Register => "登録",
        Kind::Describe => "内容の記載",
        Kind::Move => "移動",
        Kind::CheckOut => "出庫",
        Kind::Load => "装填",
        Kind::Eject => "取出し",
        Kind::CheckIn => "入庫",
        Kind::HandOver => "受渡し",
        Kind::Sight => "現物確認",
        Kind::DeclareMissing => "所在不明の宣言",
        Kind::Found => "発見",
        Kind::Correct => "訂正",
        Kind::Void => "取消し",
        Kind::Relabel => "ラベルの貼替え",
        Kind::PersonReinstated => "停止の解除",
        Kind::TemporaryBadge => "一時バッジ",
        Kind::ShiftHandedOver => "引継ぎ",
        Kind::OrderRequested => "作業指示の申請",
        Kind::OrderNight => "継続指示の当夜分",
        Kind::OrderApproved => "作業指示の承認",
        Kind::OrderRejected => "作業指示の却下",
        Kind::OrderExtended => "作業指示の延長",
        Kind::OrderClosed => "作業指示の完了",
        Kind::AuditDrawn => "サンプルの抽出準備",
        Kind::AuditOpened => "棚卸しの開始",
        Kind::AuditRead => "棚卸しの読込み",
        Kind::AuditRecounted => "再計数",
        Kind::AuditDueSet => "棚卸し期日の変更",
        Kind::IncidentOpened => "事案の登録",
        Kind::AuditCertified => "棚卸しの合格",
        Kind::AuditRefused => "棚卸しの不合格",
        Kind::ExportMade => "報告の出力",
        Kind::TakeOver => "引取り",
        Kind::Ratify => "追認",
        Kind::Destroy => "廃棄",
        Kind::Refused => "拒否された操作",
    }
}

pub(in crate::i18n) const fn state(state: State, resident: bool) -> &'static str {
    match state {
        State::Vaulted => "保管中",
        State::InHand => "持出し中",
        State::InDevice if resident => "常駐",
        State::InDevice => "装填中",
        State::Missing => "所在不明",
        State::Destroyed => "廃棄済み",
    }
}

pub(in crate::i18n) const fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "管理者 (admin)",
        Role::Operator => "担当者 (operator)",
        Role::Approver => "承認者 (approver)",
        Role::Auditor => "監査人 (auditor)",
    }
}

pub(in crate::i18n) const fn place_kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Site => "拠点",
        PlaceKind::Vault => "保管庫",
        PlaceKind::Shelf => "棚",
        PlaceKind::Slot => "スロット",
        PlaceKind::Drive => "ドライブ",
        PlaceKind::Library => "テープライブラリ",
        PlaceKind::Desk => "机",
    }
}

pub(in crate::i18n) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "通知",
        Severity::Warning => "警告",
        Severity::Critical => "重大",
    }
}

pub(in crate::i18n) const fn flag(kind: FlagKind) -> (&'static str, &'static str) {
    match kind {
        FlagKind::Outside => ("保管庫外", "check-in(入庫)"),
        FlagKind::Overdue => ("返却期限超過", "check-in(入庫)"),
        FlagKind::EjectedNotVaulted => ("取出し後、猶予時間内に入庫なし", "check-in(入庫)または missing"),
        FlagKind::InDeviceTooLong => ("装置内に長期間", "eject(取出し)後に check-in"),
        FlagKind::NoOrder => ("有効な作業指示なしで保管庫外", "check-in(入庫)または order extend"),
        FlagKind::Override => ("作業指示なしの出庫", "ratify(追認)"),
        FlagKind::Missing => ("所在不明", "found(発見)"),
        FlagKind::Discrepancy => ("記録と違う場所で現物確認", "found または correct"),
        FlagKind::NeverSeen => ("ラベルが一度も読まれていない", "sight(現物確認)"),
        FlagKind::AuditDue => ("期間内に現物確認または棚卸しなし", "読取りによる現物確認、または audit"),
    }
}
