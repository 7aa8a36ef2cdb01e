use proptest::prelude::*;

use super::*;

fn barcodes(list: &MediaList) -> Vec<&str> {
    list.rows.iter().filter_map(|row| row.get(Column::Barcode)).collect()
}

fn list(bytes: &[u8]) -> MediaList {
    let list = read_media(bytes).unwrap_or_else(|bad| panic!("{bad:?}"));
    assert_eq!(list.bad, []);
    list
}

fn reasons(bytes: &[u8]) -> Vec<(u64, BadReason)> {
    let bad = read_media(bytes).map_or_else(|bad| bad, |list| list.bad);
    assert!(!bad.is_empty());
    bad.into_iter().map(|bad| (bad.line, bad.reason)).collect()
}

#[test]
fn a_csv_reads_the_same_in_every_encoding_and_line_end() {
    let plain = list(include_bytes!("../../fixtures/media/media-utf8.csv"));
    let excel = list(include_bytes!("../../fixtures/media/media-utf8-bom-crlf.csv"));
    assert_eq!(plain.rows.len(), 3);
    assert_eq!(barcodes(&plain), barcodes(&excel));
    assert_eq!(plain.ignored, ["Remark"]);
    let [first, second, third] = &plain.rows[..] else { panic!() };
    assert_eq!(
        (first.get(Column::Info), first.get(Column::Until)),
        (Some("name,address"), Some("2012-12-31"))
    );
    assert_eq!((second.line, second.get(Column::From)), (4, None));
    assert_eq!((third.line, third.get(Column::Encrypted)), (5, Some("yes")));
    let lines: Vec<u64> = excel.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 4, 5]);
}

#[test]
fn japanese_excel_is_read_in_both_its_encodings() {
    let cp932 = list(include_bytes!("../../fixtures/media/media-excel-cp932.csv"));
    let utf16 = list(include_bytes!("../../fixtures/media/media-excel-utf16.txt"));
    assert_eq!((cp932.encoding, utf16.encoding), ("CP932", "UTF-16LE"));
    assert_eq!(cp932.rows, utf16.rows);
    assert_eq!(barcodes(&cp932), ["K20001L8", "K20002L8"]);
    let first = cp932.rows.first().unwrap();
    assert_eq!((first.get(Column::System), first.get(Column::Persons)), (Some("契約管理"), Some("39585")));
    assert_eq!(
        barcodes(&list(include_bytes!("../../fixtures/media/media-mac.csv"))),
        ["K30001L9", "K30002L9"]
    );
}

#[test]
fn listings_of_backup_software_give_their_tapes() {
    let table = list(include_bytes!("../../fixtures/media/bareos-list-volumes.txt"));
    assert_eq!((table.format, table.skipped), (Format::Table, 1));
    assert_eq!(barcodes(&table), ["K50001L6", "K50002L6"]);
    assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [6, 10]);
    let records = list(include_bytes!("../../fixtures/media/bacula-llist-media.txt"));
    assert_eq!((records.format, records.skipped), (Format::Records, 1));
    assert_eq!(barcodes(&records), ["K60001L8"]);
    let json = list(include_bytes!("../../fixtures/media/bareos-api2.json"));
    assert_eq!((json.format, json.skipped), (Format::Json, 1));
    assert_eq!(barcodes(&json), ["K70001L6", "K70002L6"]);
}

#[test]
fn every_bad_line_is_named_at_once() {
    let bad = reasons(include_bytes!("../../fixtures/media/bad-lines.csv"));
    let cells = |found| BadReason::CellCount { expected: 3, found };
    let damaged = |cell: &str| BadReason::Spreadsheet { cell: cell.to_owned() };
    assert_eq!(
        bad,
        [
            (3, BadReason::MissingBarcode),
            (4, damaged("1.2E+15")),
            (5, BadReason::Repeated { first: 2 }),
            (6, cells(2)),
            (7, damaged("#N/A")),
            (8, cells(4)),
        ]
    );
    let rest = b"barcode,serial\nK1,a\n,b\n1.2E+15,c\nk1,d\n#N/A,e\n12345.0,f\nK2\x07,g\n";
    assert_eq!(
        reasons(rest),
        [
            (3, BadReason::MissingBarcode),
            (4, damaged("1.2E+15")),
            (5, BadReason::Repeated { first: 2 }),
            (6, damaged("#N/A")),
            (7, damaged("12345.0")),
            (8, BadReason::Control),
        ]
    );
}

#[test]
fn a_file_that_is_no_list_says_what_it_is() {
    for (bytes, reason) in [
        (&b""[..], BadReason::Empty),
        (b" \r\n\n", BadReason::Empty),
        (&[0; 300], BadReason::Binary),
        (b"\xff\xd8\xff\xe0JFIF", BadReason::Binary),
        (b"\xff\xfe\x00", BadReason::Undecodable),
        (b"barcode\n\x81\xff\xff\n", BadReason::Undecodable),
        (b"a,b\n1,2\n", BadReason::NoBarcodeColumn { found: vec!["a".to_owned(), "b".to_owned()] }),
        (b"K1\nK2\n", BadReason::NoBarcodeColumn { found: vec!["K1".to_owned()] }),
        (b"barcode,label\nK1,K2\n", BadReason::RepeatedColumn),
        (b"{\"result\": [", BadReason::NotAVolume),
        (b"{\"result\": {}}", BadReason::OnlyDisk { skipped: 0 }),
    ] {
        assert_eq!(reasons(bytes).first().map(|(_, reason)| reason.clone()), Some(reason), "{bytes:?}");
    }
    assert_eq!(reasons(b"barcode,x\nK1,\"a\nK2,b\n"), [(2, BadReason::UnclosedQuote)]);
}

#[test]
fn a_cell_defused_for_spreadsheets_is_itself_again() {
    let read = list(b"barcode,system\nK1,'=cmd\nK2,'quoted\n");
    let systems: Vec<_> = read.rows.iter().map(|row| row.get(Column::System)).collect();
    assert_eq!(systems, [Some("=cmd"), Some("'quoted")]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_media(&bytes);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(barcode|label|,|\"|\n|\r|;|\t|[A-Z0-9]{1,8}|\\| volumename \\||VolumeName: |[あ-ん]){0,40}") {
        let _ = read_media(text.as_bytes());
    }

    #[test]
    fn what_a_csv_writer_writes_is_read_back(
        rows in prop::collection::btree_map("[A-Z]{3}[0-9]{3}L9", ("[a-z ,\"\n]{0,12}", "[0-9]{0,5}"), 1..20),
        swapped in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(end).from_writer(Vec::new());
        let order = |a: &str, b: &str| if swapped { [b.to_owned(), a.to_owned()] } else { [a.to_owned(), b.to_owned()] };
        writer.write_record(order("Barcode", "System")).unwrap();
        for (barcode, (system, _)) in &rows {
            writer.write_record(order(barcode, system)).unwrap();
        }
        let read = list(&writer.into_inner().unwrap());
        let found: Vec<_> = read.rows.iter().map(|r| (r.get(Column::Barcode), r.get(Column::System))).collect();
        let wanted: Vec<_> = rows
            .iter()
            .map(|(barcode, (system, _))| (Some(barcode.as_str()), Some(system.trim()).filter(|s| !s.is_empty())))
            .collect();
        prop_assert_eq!(found, wanted);
    }
}
