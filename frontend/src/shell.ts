/** Everything that all pages share: styles, header controls, STOP, the help overlay. */

import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/shell.css";
import "../styles/parts.css";
import "../styles/figures.css";
import "../styles/forms.css";
import "../styles/label.css";
import "../styles/print.css";
import "./elements/help_overlay";
import "./elements/shell_parts";
import "./elements/stop_button";
import { call } from "./api/client";
import { hotkeysOn, setHotkeys } from "./lib/keys";
import { pageData } from "./lib/page";

function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it before the next page is drawn
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

async function chooseLanguage(code: string): Promise<void> {
  remember("rlt_language", code);
  if (pageData.user) await call("PATCH", "/me", { language: code }).catch(() => undefined);
  location.reload();
}

async function signOut(): Promise<void> {
  await call("DELETE", "/session").catch(() => undefined);
  location.assign("/sign-in");
}

for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
  button.addEventListener("click", () => void chooseLanguage(button.dataset.language ?? "en"));
}

document.querySelector("[data-themes]")?.addEventListener("change", (event) => {
  const theme = (event.target as HTMLInputElement).value;
  document.documentElement.dataset.theme = theme;
  remember("rlt_theme", theme);
  window.dispatchEvent(new Event("rlt-theme"));
});

const hotkeySwitch = document.querySelector<HTMLInputElement>("[data-hotkeys]");
if (hotkeySwitch) {
  hotkeySwitch.checked = hotkeysOn();
  hotkeySwitch.addEventListener("change", () => setHotkeys(hotkeySwitch.checked));
}

document.querySelector("[data-sign-out]")?.addEventListener("click", () => void signOut());

// An open menu closes when the eye has moved on.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  }
});
