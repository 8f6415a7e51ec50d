//! Addresses that leave the program, for the user's browser, and folders of its own for the file manager.

use std::path::Path;

use streambell_engine::speak;
use tauri::Url;

use crate::commands::Refusal;

/// Opens an address, if it is one of the web: feeds are untrusted, and other schemes can start programs.
pub(crate) fn open(address: &str) -> Result<(), Refusal> {
    let url = web_address(address)?;
    open::that_detached(url.as_str()).map_err(|error| {
        let message = speak!(
            format!("No browser could be started for {url}: {error}. Copy the address into your browser."),
            format!("无法为 {url} 启动浏览器（{error}）。请把地址复制到浏览器中。"),
        );
        Refusal::new("no_browser", message)
    })
}

/// Shows a folder of the program's own.
pub(crate) fn open_folder(folder: &Path) -> Result<(), Refusal> {
    open::that_detached(folder).map_err(|error| {
        let folder = folder.display();
        let message = speak!(
            format!("No file manager could be started for {folder}: {error}. Open that folder by hand."),
            format!("无法为 {folder} 启动文件管理器（{error}）。请手动打开该文件夹。"),
        );
        Refusal::new("no_file_manager", message)
    })
}

fn web_address(address: &str) -> Result<Url, Refusal> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        let message = speak!(
            "This link is not an http or https address, so it is not opened.",
            "这个链接不是 http 或 https 地址，因此没有打开。",
        );
        Refusal::new("bad_link", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_opened() {
        for good in ["http://example.org", "https://example.org/a?b#c", "HTTPS://EXAMPLE.ORG/"] {
            assert!(web_address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "/etc/passwd",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:,x",
            "-v",
            "mailto:a@b",
        ] {
            assert!(web_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_handed_on_cannot_be_taken_for_an_option() {
        let url = web_address("  https://example.org/\u{7}--x; rm -rf ~  ").unwrap();
        assert!(url.as_str().starts_with("https://"));
        assert!(!url.as_str().contains(' '));
    }
}
