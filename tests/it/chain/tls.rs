//! Center and station over TLS with the province's own certificate.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};

use crate::helpers::chain::{Province, linked, listening, settled};
use crate::helpers::running::Running;

/// Writes an authority's certificate, and a server's certificate and key signed by it.
pub fn write_certificates(province: &Province) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Gốc chứng thư thử");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".into(), "localhost".into()]).unwrap();
    let server = server.signed_by(&key, &authority).unwrap();
    std::fs::write(province.path("goc.pem"), authority.pem()).unwrap();
    std::fs::write(province.path("may-chu.pem"), server.pem()).unwrap();
    std::fs::write(province.path("may-chu.key"), key.serialize_pem()).unwrap();
}

#[tokio::test]
async fn the_chain_holds_over_tls_with_the_provinces_own_certificate() {
    let mut province = Province::new(1);
    province.tones("TIN-1", 1, 1500, "thu");
    province.prepare();
    write_certificates(&province);
    let (cert, key, authority) = (province.text("may-chu.pem"), province.text("may-chu.key"), province.text("goc.pem"));
    let args = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key];
    let center = Running::start(&province.data(), &args);
    let url = listening(&center).await;
    assert!(url.starts_with("https://"), "{url}");
    let code = province.loa(&["station", "invite", "dai-1"]).well().out;
    let dir = province.text("dai-1");
    let enrol = ["station", "enroll", "--center", &url, "--code", code.trim(), "--dir", &dir];
    // The system does not know this authority.
    let unknown = province.loa(&enrol);
    assert_eq!(unknown.code, 1, "{unknown:?}");
    province.loa(&[&enrol[..], &["--center-ca", &authority]].concat()).well();
    let station = province.run("dai-1");
    linked(&station).await;
    province.approve_all();
    let report = province.report_until(30, "the airing to be confirmed over TLS", settled).await;
    assert_eq!(report["total"]["aired"], 1, "{report}");
}
