//! `report.html` in a real browser: Chromium, which is told what to do over its debugging pipe.
//!
//! `cargo xtask test` finds or installs it and names it in `TOOLWRIGHT_BROWSER`; without that the tests say so and skip.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use toolwright_core::Dialog;
use toolwright_view::report::{Numbers, Report, page};

use crate::ends;

/// A browser with one page.
struct Browser {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<Value>,
    calls: u64,
    session: Option<String>,
    /// What the page did on its own, since it was opened.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts the browser that the environment names, if it names one.
    fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("TOOLWRIGHT_BROWSER") else {
            println!(
                "skipped: TOOLWRIGHT_BROWSER is not set; `cargo xtask test` sets it where there is a browser"
            );
            return None;
        };
        let profile = tempfile::tempdir().expect("a scratch folder");
        // The debugging pipe is file 3 for orders and file 4 for answers.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", "sh"])
            .arg(program)
            .args([
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let orders = child.stdin.take().expect("it was asked for");
        let mut output = BufReader::new(child.stdout.take().expect("it was asked for"));
        let (send, answers) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let message = std::mem::take(&mut message);
                if serde_json::from_slice(&message).map(|answer| send.send(answer)).is_err() {
                    break;
                }
            }
        });
        let mut browser =
            Self { child, orders, answers, calls: 0, session: None, events: Vec::new(), _profile: profile };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    fn answer(&self) -> Value {
        self.answers.recv_timeout(Duration::from_secs(120)).expect("the browser answers within two minutes")
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut order = json!({"id": self.calls, "method": method, "params": params});
        if let Some(session) = &self.session {
            order["sessionId"] = json!(session);
        }
        let order = format!("{order}\0");
        self.orders
            .write_all(order.as_bytes())
            .and_then(|()| self.orders.flush())
            .expect("the browser listens");
        loop {
            let mut answer = self.answer();
            if answer["id"] == self.calls {
                assert_eq!(answer["error"], Value::Null, "{method}");
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    fn saw(&self, method: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["method"] == method).map(|event| &event["params"]).collect()
    }

    /// Opens a file in a window of this size.
    fn open(&mut self, file: &Path, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        self.events.clear();
        self.call("Page.navigate", json!({"url": format!("file://{}", file.display())}));
        while self.saw("Page.loadEventFired").is_empty() {
            let event = self.answer();
            self.events.push(event);
        }
    }

    /// What an expression gives, as JSON.
    fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", params);
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].take()
    }

    fn count(&mut self, selector: &str) -> u64 {
        self.eval(&format!("document.querySelectorAll({}).length", json!(selector)))
            .as_u64()
            .expect("a count")
    }

    /// Moves the mouse to the first of these elements.
    fn point(&mut self, selector: &str) -> (f64, f64) {
        let place = self.eval(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{block: 'center'}}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            json!(selector)
        ));
        let (x, y) = (place[0].as_f64().expect("a number"), place[1].as_f64().expect("a number"));
        self.call("Input.dispatchMouseEvent", json!({"type": "mouseMoved", "x": x, "y": y}));
        (x, y)
    }

    fn click(&mut self, selector: &str) {
        let (x, y) = self.point(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    fn press(&mut self, key: &str) {
        let (code, text) = if key == "Enter" { (13, "\r") } else { (27, "") };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let params =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// Nothing went wrong in the page, and it asked for nothing but itself.
    fn is_clean(&mut self) {
        // A round trip, after which everything that happened is told.
        self.eval("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))");
        for method in [
            "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded",
            "Page.javascriptDialogOpening",
        ] {
            assert!(self.saw(method).is_empty(), "{method}: {:?}", self.saw(method));
        }
        let asked: Vec<&Value> =
            self.saw("Network.requestWillBeSent").iter().map(|event| &event["request"]["url"]).collect();
        assert!(
            asked.len() == 1 && asked[0].as_str().is_some_and(|url| url.starts_with("file://")),
            "{asked:?}"
        );
    }

    /// Nothing is wider than the window.
    fn fits(&mut self) {
        let wide = self.eval("[document.documentElement.scrollWidth, innerWidth]");
        assert!(
            wide[0].as_f64() <= wide[1].as_f64(),
            "the page is {} wide in a window of {}",
            wide[0],
            wide[1]
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every figure of a run's page.
const FIGURES: &[&str] = &[
    "kinds", "user-turns", "calls", "tools-on-offer", "user-words", "assistant-words", "argument-types",
    "argument-sources", "rules", "tool-ranks", "diversity", "domains",
];

#[test]
fn a_run_has_a_page_that_a_browser_shows() {
    let Some(mut browser) = Browser::start() else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "400", "-q", "--out", "run"], 0);
    let file = scratch.path().join("run/report.html");
    browser.open(&file, 1200, 900);
    for figure in FIGURES {
        assert_eq!(browser.count(&format!("#plot-{figure}")), 1, "{figure}");
        // No try of a run this small is rejected, and the numbers of diversity are a table.
        let Some(marks) = (match *figure {
            "rules" | "diversity" => None,
            "tool-ranks" => Some("path.curve"),
            _ => Some("rect.bar"),
        }) else {
            continue;
        };
        let flat = browser.eval(&format!(
            "[...document.querySelectorAll('#plot-{figure} {marks}')].map(mark => mark.getBoundingClientRect())\
             .map(box => box.width * box.height)"
        ));
        let areas = flat.as_array().expect("a list");
        assert!(!areas.is_empty() && areas.iter().all(|area| area.as_f64() > Some(0.0)), "{figure}: {flat}");
    }
    let all = browser.count(".dialog");
    assert!((18..=24).contains(&all), "{all} dialogs");
    read_a_dialog(&mut browser);
    browser.click("#all");
    assert_eq!(browser.count(".dialog[open]"), all);
    assert_eq!(browser.eval("document.getElementById('all').textContent"), "Close all");
    browser.fits();
    browser.is_clean();

    let light = browser.eval("getComputedStyle(document.body).backgroundColor");
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    browser.call("Emulation.setEmulatedMedia", dark);
    assert_ne!(browser.eval("getComputedStyle(document.body).backgroundColor"), light);

    browser.open(&file, 390, 800);
    browser.fits();
    browser.click("#all");
    assert_eq!(browser.count(".dialog[open]"), all);
    browser.eval("document.querySelectorAll('details').forEach(details => { details.open = true; })");
    browser.fits();
    browser.is_clean();
}

/// Opens a dialog and follows an argument to where it comes from, by mouse and by keyboard, and back.
fn read_a_dialog(browser: &mut Browser) {
    let kind = ".dialog[data-kind=dependent]";
    let (user, result) = (format!("{kind} .argument.user"), format!("{kind} .argument.result"));
    assert_eq!(browser.count(&format!("{kind}[open]")), 0);
    browser.click(&format!("{kind} > summary"));
    assert_eq!(browser.count(&format!("{kind}[open]")), 1);

    browser.point(&user);
    assert!(browser.count(&format!("{kind} .user .source.lit")) > 0, "pointing shows the words");
    browser.click(&user);
    let kept = format!("{kind} .turn.user .source.kept");
    assert!(browser.count(&kept) > 0, "a click keeps them shown");
    let ends = format!(
        "[document.querySelector({}), document.querySelector({})].map(end => end.dataset.p.split(' '))",
        json!(user),
        json!(kept)
    );
    let ends = browser.eval(&ends);
    let number = &ends[0][0];
    assert!(ends[1].as_array().is_some_and(|numbers| numbers.contains(number)), "{ends}");
    assert_eq!(
        browser.eval(&format!("document.querySelector({}).getAttribute('aria-pressed')", json!(user))),
        "true"
    );
    browser.press("Escape");
    assert_eq!(browser.count(".kept"), 0);

    // A result is folded until an argument leads there.
    assert_eq!(browser.count(".result[open]"), 0);
    browser.eval(&format!("document.querySelector({}).focus()", json!(result)));
    browser.press("Enter");
    assert_eq!(browser.count(&format!("{kind} .result[open] .source.kept")), 1);
    browser.press("Escape");

    // The other way round, without a mouse.
    browser.eval(&format!("document.querySelector({}).focus()", json!(format!("{kind} .turn.user .source"))));
    assert!(browser.count(&format!("{kind} .argument.lit")) > 0, "focus shows the arguments");
    browser.press("Enter");
    assert!(browser.count(&format!("{kind} .argument.kept")) > 0);
}

#[test]
fn hostile_texts_stay_texts() {
    let Some(mut browser) = Browser::start() else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    for text in [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=\"alert(1)\">",
        "\" autofocus onfocus='alert(1)' x=\"",
        "--><svg onload=alert(1)></svg><iframe src='https://example.org'></iframe>",
        "\u{202e}gnp.exe\u{200f} \u{2066}a\u{2028}b\u{2029}c",
        "</style></title></details><base href='https://example.org/'>{{content}}",
    ] {
        let dialog: Dialog = serde_json::from_value(json!({
            "messages": [
                {"role": "user", "content": text},
                {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": text, "arguments": {text: text}}}]},
                {"role": "tool", "name": text, "content": text},
                {"role": "assistant", "content": text},
            ],
            "tools": [{"function": {"name": text, "description": text, "parameters": {"properties": {text: {}}}}}],
            "meta": {"kind": "single", "situation": "retry", "verdicts": [
                {"by": text, "outcome": "reject", "findings": [{"rule": text, "why": text}]}]},
        }))
        .expect("a dialog");
        let numbers = json!({"accepted": 1, "by_kind": {text: 1}, "by_rule": {text: 1}, "rejected": 1, "tool_calls": {"1": 1},
            "most_called": [[text, 1]], "argument_types": {text: 1}});
        let numbers: Numbers = serde_json::from_value(numbers).expect("numbers");
        let diversity = vec![(text.to_owned(), text.to_owned())];
        let report =
            Report { recipe: text.into(), numbers, diversity, dialogs: vec![dialog], ..Report::default() };
        let file = scratch.path().join("hostile.html");
        std::fs::write(&file, page(&report)).expect("written");
        browser.open(&file, 390, 800);
        browser.click("#all");
        browser.eval("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        for place in [
            "h1", ".said", ".tool-name", ".call dt", ".findings b", "#plot-diversity td",
            "#plot-kinds text title",
        ] {
            let found = browser.eval(&format!("document.querySelector({}).textContent", json!(place)));
            assert_eq!(found, text, "{place}");
        }
        assert_eq!(browser.count("script"), 1);
        assert_eq!(browser.count("img, iframe, base, [onload], [onerror], [onfocus], [autofocus]"), 0);
        browser.fits();
        browser.is_clean();
    }
}

/// Not a test of anything: `cargo xtask picture` makes the README's picture with it.
#[test]
fn picture() {
    let Some(target) = std::env::var_os("TOOLWRIGHT_PICTURE") else { return };
    let mut browser = Browser::start().expect("a picture needs a browser");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    ends(scratch.path(), &["synth", "--n", "50000", "-q", "--out", "run"], 0);
    browser.open(&scratch.path().join("run/report.html"), 1180, 900);
    browser.click("#dialog-0 > summary");
    browser.click("#dialog-0 .argument.user");
    browser.eval("document.activeElement.blur()");
    let bottom = "scrollTo(0, 0), document.querySelector('#dialog-1').getBoundingClientRect().bottom";
    let bottom = browser.eval(bottom).as_f64().expect("a number");
    let clip = json!({"x": 0, "y": 0, "width": 1180, "height": bottom, "scale": 1});
    let clip = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
    let shot = browser.call("Page.captureScreenshot", clip);
    let picture = with_few_colors(&from_base64(shot["data"].as_str().expect("a picture")));
    println!("{} bytes", picture.len());
    std::fs::write(target, picture).expect("written");
}

/// The picture with its 256 most frequent colours, and for any other the nearest of these: a third of the bytes, and the same to
/// the eye.
fn with_few_colors(picture: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
    let info = reader.next_frame(&mut pixels).expect("a picture");
    let color = |pixel: &[u8]| [pixel[0], pixel[1], pixel[2]];
    let samples = || pixels.chunks_exact(info.color_type.samples()).map(color);
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    samples().for_each(|color| *counts.entry(color).or_default() += 1);
    let mut palette: Vec<[u8; 3]> = counts.keys().copied().collect();
    palette.sort_by_key(|color| std::cmp::Reverse(counts[color]));
    palette.truncate(256);
    let far = |a: &[u8; 3], b: &[u8; 3]| {
        a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum::<u32>()
    };
    let nearest =
        |color: &[u8; 3]| (0..palette.len()).min_by_key(|at| far(&palette[*at], color)).unwrap_or(0) as u8;
    let places: BTreeMap<[u8; 3], u8> = counts.keys().map(|color| (*color, nearest(color))).collect();
    let indexed: Vec<u8> = samples().map(|color| places[&color]).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&indexed).expect("a picture");
    writer.finish().expect("an end");
    out
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').collect();
    let mut out = Vec::with_capacity(letters.len() * 3 / 4);
    for chunk in letters.chunks(4) {
        let word = chunk.iter().fold(0_u32, |word, letter| word << 6 | u32::from(value(*letter)));
        let word = word << (6 * (4 - chunk.len()));
        out.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    out
}
