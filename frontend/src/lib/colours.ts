/** Colours of the style sheet as values that a canvas can paint with. */

const probe = document.createElement("span");
probe.hidden = true;

/** The present value of a colour token, such as `--rl`, in the theme in force. */
export function colour(token: string, alpha = 1): string {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${token})`;
  const solid = getComputedStyle(probe).color;
  if (alpha === 1) return solid;
  return solid.replace(/^rgb\((.*)\)$/, (_, inner: string) =>
    inner.includes(",") ? `rgba(${inner}, ${alpha})` : `rgb(${inner} / ${alpha})`,
  );
}

/** Call when the theme changes, by choice or by the system. */
export function onThemeChange(action: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  window.addEventListener("rlt-theme", action);
  dark.addEventListener("change", action);
  return () => {
    window.removeEventListener("rlt-theme", action);
    dark.removeEventListener("change", action);
  };
}
