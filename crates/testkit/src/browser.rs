//! A headless Chromium for tests, driven through chromedriver. It also reads the console and checks
//! accessibility. The `WebDriver` protocol is implemented here, because tests need a small part of
//! it only, and a library for it would change features of the crates under test.

use std::path::PathBuf;
use std::process::Stdio;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{node, wait};

/// Key of an element's id in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with a fresh profile. Closed when dropped.
pub struct Browser {
    client: Client,
    session: String,
    _driver: Child,
    _profile: tempfile::TempDir,
}

fn program(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|directory| names.iter().map(move |name| directory.join(name)))
        .find(|file| file.exists());
    found.unwrap_or_else(|| panic!("{} is not installed: run ./test", names[0]))
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Panics
    /// When Chromium or its driver is not installed or does not start.
    pub async fn start() -> Self {
        let profile = tempfile::tempdir().expect("a temporary directory");
        // The port was free a moment ago, and it is unlikely that another process takes it in
        // between.
        let free = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let port = free
            .local_addr()
            .expect("a bound socket has an address")
            .port();
        drop(free);
        let driver = Command::new(program(&["chromedriver"]))
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let client = Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client");
        let base = format!("http://127.0.0.1:{port}");
        wait::until("chromedriver answers", async || {
            let status: Value = client
                .get(format!("{base}/status"))
                .send()
                .await
                .ok()?
                .json()
                .await
                .ok()?;
            (status["value"]["ready"] == true).then_some(())
        })
        .await;
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-GB",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": program(&["chromium", "google-chrome"]),
                "args": arguments,
            },
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"script": 60_000, "pageLoad": 60_000, "implicit": 0},
        }}});
        let answer = client
            .post(format!("{base}/session"))
            .json(&wanted)
            .send()
            .await;
        let answer: Value = answer
            .expect("chromedriver answers")
            .json()
            .await
            .expect("it answers JSON");
        let id = answer["value"]["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("the browser does not start: {answer}"));
        let session = format!("{base}/session/{id}");
        Self {
            client,
            session,
            _driver: driver,
            _profile: profile,
        }
    }

    async fn try_command(&self, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let url = format!("{}/{path}", self.session);
        let request = match body {
            Some(body) => self.client.post(url).json(&body),
            None => self.client.get(url),
        };
        let response = request.send().await.expect("chromedriver answers");
        let good = response.status().is_success();
        let answer: Value = response.json().await.expect("it answers JSON");
        let value = answer["value"].clone();
        if good { Ok(value) } else { Err(value) }
    }

    async fn command(&self, path: &str, body: Option<Value>) -> Value {
        let answer = self.try_command(path, body).await;
        answer.unwrap_or_else(|error| panic!("{path}: {} {}", error["error"], error["message"]))
    }

    /// Closes the browser; otherwise its processes end a little after the test.
    pub async fn close(self) {
        // Ending the driver also ends the rest.
        let _ = self.client.delete(&self.session).send().await;
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&self, url: &str) {
        self.command("url", Some(json!({ "url": url }))).await;
    }

    /// The current address.
    ///
    /// # Panics
    /// When there is none.
    pub async fn url(&self) -> String {
        self.command("url", None)
            .await
            .as_str()
            .expect("an address")
            .to_owned()
    }

    /// Runs a script and returns the value of its `return`.
    pub async fn script(&self, script: &str) -> Value {
        self.command("execute/sync", Some(json!({"script": script, "args": []})))
            .await
    }

    /// The visible text of the page.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body.innerText").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    async fn element(&self, css: &str) -> Result<String, Value> {
        let wanted = json!({"using": "css selector", "value": css});
        let found = self.try_command("element", Some(wanted)).await?;
        Ok(found[ELEMENT].as_str().unwrap_or_default().to_owned())
    }

    /// Applies an action to an element as soon as possible, because the page may still be changing.
    async fn with_element(&self, css: &str, action: &str, body: Value) {
        let end = tokio::time::Instant::now() + wait::LONGEST;
        loop {
            let done = match self.element(css).await {
                Ok(element) => {
                    self.try_command(&format!("element/{element}/{action}"), Some(body.clone()))
                        .await
                }
                Err(error) => Err(error),
            };
            let Err(error) = done else { return };
            let late = tokio::time::Instant::now() > end;
            assert!(
                !late,
                "{}: {action} {css}: {}",
                self.url().await,
                error["message"]
            );
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Clicks the first element of a CSS selector.
    pub async fn click(&self, css: &str) {
        self.with_element(css, "click", json!({})).await;
    }

    /// Clicks with the mouse at the position of the first element of a CSS selector, as soon as
    /// nothing covers it.
    pub async fn point_at(&self, css: &str) {
        const SCRIPT: &str = "
            const e = document.querySelector(arguments[0]);
            e?.scrollIntoView({block: 'center'});
            const box = e?.getBoundingClientRect();
            if (!box?.width) return null;
            const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
            const hit = document.elementFromPoint(x, y);
            return hit && (e.contains(hit) || hit.contains(e)) ? [x, y] : null;";
        let place = wait::until(&format!("{css} can be pointed at"), async || {
            let body = json!({"script": SCRIPT, "args": [css]});
            let place = self.try_command("execute/sync", Some(body)).await.ok()?;
            place.is_array().then_some(place)
        })
        .await;
        let actions = json!({"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [
                {"type": "pointerMove", "duration": 0, "x": place[0], "y": place[1]},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ],
        }]});
        self.command("actions", Some(actions)).await;
    }

    /// Clicks the first visible link or button with this label.
    pub async fn press(&self, name: &str) {
        const SCRIPT: &str = "
            const called = (e) => (e.getAttribute('aria-label') || e.textContent).replace(/\\s+/g, ' ');
            return [...document.querySelectorAll('a, button, summary')].find((e) =>
                called(e).includes(arguments[0]) && e.checkVisibility({visibilityProperty: true}));";
        wait::until(&format!("{name} can be pressed"), async || {
            let body = json!({"script": SCRIPT, "args": [name]});
            let found = self.try_command("execute/sync", Some(body)).await.ok()?;
            let element = found[ELEMENT].as_str()?;
            self.try_command(&format!("element/{element}/click"), Some(json!({})))
                .await
                .ok()
        })
        .await;
    }

    /// Replaces the text in the field with this name.
    pub async fn type_into(&self, name: &str, text: &str) {
        let css = format!("[name=\"{name}\"]:not([type=hidden])");
        self.with_element(&css, "clear", json!({})).await;
        self.with_element(&css, "value", json!({ "text": text }))
            .await;
    }

    /// Waits until the page shows this text.
    pub async fn sees(&self, text: &str) {
        let end = tokio::time::Instant::now() + wait::LONGEST;
        loop {
            let shown = self.text().await;
            if shown.contains(text) {
                return;
            }
            let late = tokio::time::Instant::now() > end;
            assert!(
                !late,
                "{} does not show {text:?} but:\n{shown}",
                self.url().await
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Waits until a script returns something that is neither null nor false.
    pub async fn holds(&self, script: &str) -> Value {
        wait::until(script, async || {
            let value = self.script(script).await;
            (!value.is_null() && value != false).then_some(value)
        })
        .await
    }

    /// Waits until the address contains this.
    pub async fn arrives_at(&self, part: &str) {
        wait::until(&format!("the address contains {part}"), async || {
            self.url().await.contains(part).then_some(())
        })
        .await;
    }

    /// Makes the page as wide as a screen of so many CSS pixels.
    pub async fn set_width(&self, pixels: u32) {
        let parameters =
            json!({"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        let body = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": parameters});
        self.command("goog/cdp/execute", Some(body)).await;
    }

    /// The elements beyond the right edge of the screen that are not in a scrollable element.
    pub async fn overflowing(&self) -> Vec<String> {
        const SCRIPT: &str = r"
            const width = document.documentElement.clientWidth;
            const found = [];
            if (document.documentElement.scrollWidth > width) found.push('the page: ' +
                document.documentElement.scrollWidth + ' > ' + width);
            const scrolled = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
                const o = getComputedStyle(p); if (/(auto|scroll|hidden|clip)/.test(o.overflowX)) return true; } return false; };
            for (const e of document.body.querySelectorAll('*')) {
                const box = e.getBoundingClientRect();
                if (box.width && box.right > width + 1 && !scrolled(e) && getComputedStyle(e).position !== 'fixed')
                    found.push(e.tagName + '.' + e.className + ' ' + Math.round(box.right));
            }
            return found.slice(0, 8);";
        texts(&self.script(SCRIPT).await)
    }

    /// Messages of the console since the last call: errors, warnings, violations of the content
    /// security policy.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self
            .command("se/log", Some(json!({"type": "browser"})))
            .await;
        let entries = log.as_array().cloned().unwrap_or_default();
        let bad = entries
            .into_iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect()
    }

    /// The accessibility faults that axe finds in the page.
    ///
    /// # Panics
    /// When axe is not installed.
    pub async fn inaccessible(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(node::file("axe-core/axe.min.js")).expect("it is text");
        self.script(&axe).await;
        let script = "const done = arguments[0];
            axe.run(document, {resultTypes: ['violations']}).then(
                (found) => done(found.violations.flatMap((v) => v.nodes.map((n) =>
                    v.id + ' (' + v.impact + ') at ' + n.target.join(' ') + ': ' + n.html.slice(0, 200)))),
                (error) => done(['axe failed: ' + error]));";
        let body = json!({"script": script, "args": []});
        texts(&self.command("execute/async", Some(body)).await)
    }
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
