//! E-mail is sent through a foreign mail server with TLS and a sign-in.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;
use testkit::node;
use testkit::process::{Program, Running};
use testkit::web::{Seen, text_of};

use crate::program::Served;

const USER: &str = "seatwise";
const PASSWORD: &str = "canary of the mail server";

/// A mail server with a self-signed certificate for `localhost`.
struct MailServer {
    running: Running,
    port: String,
    certificate: PathBuf,
    _directory: tempfile::TempDir,
}

impl MailServer {
    async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| {
            let file = directory.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        let certificate = write("certificate.pem", made.cert.pem());
        let key = write("key.pem", made.signing_key.serialize_pem());
        let script = node::workspace().join("crates/testkit/node/smtp.mjs");
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let mut running = Program::at("node").start(&[
            &path(&script),
            &path(&certificate),
            &path(&key),
            USER,
            PASSWORD,
        ]);
        let line = running.line_with("listening ").await;
        Self {
            running,
            port: line.rsplit(' ').next().unwrap().to_owned(),
            certificate,
            _directory: directory,
        }
    }

    async fn mail(&mut self) -> Value {
        let line = self.running.line_with("mail ").await;
        serde_json::from_str(line.strip_prefix("mail ").unwrap()).unwrap()
    }
}

/// Enters the mail server in the settings and sends the test e-mail.
async fn test_mail(served: &Served, mail: &MailServer) -> Seen {
    let owner = served.owner().await;
    let at = served.at("/settings/notifications");
    let page = owner.open(&at).await;
    let form = page
        .form("/mail")
        .fill("host", "localhost")
        .fill("port", &mail.port)
        .fill("security", "starttls")
        .fill("user", USER)
        .fill("password", PASSWORD)
        .fill("from", "licences@acme.example");
    let saved = owner.submit(&page, &form).await;
    assert!(saved.redirect().is_some(), "{}", text_of(&saved.body));
    let page = owner.open(&at).await;
    owner.submit(&page, &page.form("/mail/test")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_is_sent_only_to_a_server_whose_certificate_is_trusted() {
    let mut mail = MailServer::start().await;
    let served = Served::start(2, |_| {}).await;
    let seen = test_mail(&served, &mail).await;
    let said = text_of(&seen.body);
    assert_eq!(seen.status.as_u16(), 422, "{said}");
    assert!(
        said.contains("No protected connection to the mail server localhost"),
        "{said}"
    );

    let trusted: &OsStr = mail.certificate.as_os_str();
    let served = Served::start_in(2, |_| {}, &[("SSL_CERT_FILE", trusted)]).await;
    let seen = test_mail(&served, &mail).await;
    assert!(seen.status.is_success(), "{}", text_of(&seen.body));
    // This is the first e-mail that arrives, because the one above was not sent.
    let taken = mail.mail().await;
    assert_eq!(taken["protected"], true);
    assert_eq!(taken["user"], USER);
    assert_eq!(taken["from"], "licences@acme.example");
    assert_eq!(taken["to"], serde_json::json!([crate::program::OWNER]));
    let raw = taken["raw"].as_str().unwrap();
    assert!(raw.contains("\r\nSubject: "), "{raw}");
    assert!(raw.contains("Content-Type: multipart/alternative"), "{raw}");
}
