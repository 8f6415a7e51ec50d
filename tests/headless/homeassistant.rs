//! The preset of Home Assistant on Home Assistant, which `make test-homeassistant` installs.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Daemon, Folder, Outcome, body_for, free_address, installed, until};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A running Home Assistant; it is gone when this is dropped.
struct HomeAssistant {
    address: SocketAddr,
    token: String,
    server: Option<Daemon>,
    // The last to be dropped.
    folder: TempDir,
}

impl HomeAssistant {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let configuration = fs::read_to_string(format!("{ROOT}/tests/servers/homeassistant/configuration.yaml"));
        let configuration = configuration.unwrap().replace("8123", &address.port().to_string());
        fs::write(folder.path().join("configuration.yaml"), configuration).unwrap();
        let mut home = Self { address, token: String::new(), server: None, folder };
        home.restart();
        let mut onboard = Command::new(program("python"));
        onboard.args(["-B", &format!("{ROOT}/tests/servers/homeassistant/onboard.py"), &home.url()]);
        let onboard = Outcome::of(onboard);
        assert_eq!(onboard.code, 0, "{onboard:?}");
        home.token = onboard.out.trim().to_owned();
        home
    }

    fn restart(&mut self) {
        let mut command = Command::new(program("hass"));
        command.arg("--skip-pip").arg("--config").arg(self.folder.path()).env("HOME", self.folder.path());
        self.server = Some(Daemon::start(command, self.address, &self.folder.path().join("log")));
        // It listens before its interface is there.
        until("Home Assistant has started", || {
            let status = crate::support::post(self.address, "/api/onboarding/users", &[], "{}");
            if status == 404 { Err("404".to_owned()) } else { Ok(()) }
        });
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn set(&self, entity: &str, state: &str, attributes: &Value) {
        let login = format!("Bearer {}", self.token);
        let state = json!({ "state": state, "attributes": attributes }).to_string();
        body_for(self.address, &format!("POST /api/states/{entity}"), &[("Authorization", &login)], &state);
    }
}

fn program(name: &str) -> std::path::PathBuf {
    installed(&[&Path::new(ROOT).join("target/homeassistant/venv/bin").join(name).to_string_lossy()])
}

#[test]
#[ignore = "needs Home Assistant: make test-homeassistant"]
fn homeassistant_tells_of_states_and_rings() {
    let mut home = HomeAssistant::start();
    let folder = Folder::new();
    let program = folder.start();
    let url = home.url();
    let answers = [("server", &*url), ("entities", "sensor.kitchen, binary_sensor")];
    folder.add_of("home-assistant", "Home", &answers, Some(&home.token), &["--rules"]);
    folder.until_status("Home", "open");
    let kitchen = json!({ "friendly_name": "Kitchen", "unit_of_measurement": "°C" });
    let smoke = json!({ "friendly_name": "Smoke", "device_class": "smoke" });
    home.set("sensor.kitchen", "20.5", &kitchen);
    home.set("sensor.attic", "31", &json!({}));
    home.set("sensor.kitchen", "21", &kitchen);
    home.set("sensor.kitchen", "21", &json!({ "friendly_name": "The kitchen" }));
    home.set("binary_sensor.smoke", "off", &smoke);
    home.set("binary_sensor.smoke", "on", &smoke);
    let events = folder.until_events("Home", 4);
    let readings: Vec<_> = events.iter().map(|event| &event["readings"][0]).collect();
    let keys: Vec<_> = readings.iter().map(|reading| reading["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["sensor.kitchen", "sensor.kitchen", "binary_sensor.smoke", "binary_sensor.smoke"]);
    assert_eq!((&readings[1]["title"], &readings[1]["body"]), (&json!("Kitchen"), &json!("20.5 → 21 °C")));
    assert_eq!((&readings[1]["value"], &readings[1]["unit"]), (&json!("21"), &json!("°C")));
    let alerts = folder.ask(&["alerts"]);
    let titles: Vec<_> = alerts.as_array().unwrap().iter().map(|alert| &alert["title"]).collect();
    assert_eq!(titles, ["Smoke, gas or water"]);

    // It ends, which is when it keeps the token, and starts again.
    home.server.take().unwrap().end();
    folder.until_status("Home", "waiting");
    home.restart();
    folder.ask(&["feeds", "resume", "Home"]);
    folder.until_status("Home", "open");
    home.set("sensor.kitchen", "19", &kitchen);
    folder.until_events("Home", 5);
    assert_eq!(program.end(), Some(0));
}

#[test]
#[ignore = "needs Home Assistant: make test-homeassistant"]
fn homeassistant_refuses_and_a_person_is_told() {
    let home = HomeAssistant::start();
    let folder = Folder::new();
    let _program = folder.start();
    let url = home.url();
    folder.add_of("home-assistant", "Wrong", &[("server", &url)], Some("s3cret"), &[]);
    let status = folder.until_status("Wrong", "stopped");
    assert_eq!(status["reason"]["code"], "unauthorized");
    assert!(folder.told("home-assistant", &status).contains("does not take this token"));
    // An entity that there is not is as silent as one that does not change.
    let answers = [("server", &*url), ("entities", "sensor.kitchne")];
    folder.add_of("home-assistant", "Quiet", &answers, Some(&home.token), &[]);
    let status = folder.until_status("Quiet", "open");
    assert!(folder.told("home-assistant", &status).contains("Switch one of them"));
    folder.add_of("home-assistant", "Right", &[("server", &url)], Some(&home.token), &[]);
    folder.until_status("Right", "open");
    home.set("sensor.kitchen", "20", &json!({}));
    folder.until_events("Right", 1);
    assert_eq!(folder.events("Quiet"), [] as [Value; 0]);
}
