const light =
  "--paper:#fff;--ink:#1d1f22;--soft:#63676d;--c0:#2468ad;--c1:#b65a16;--c2:#23794e;--c3:#7450b5;--c4:#b8394d;--c5:#127b85;--c6:#74700f;--c7:#a83d83;--tint:.16";
const dark =
  "--paper:#1c1f23;--ink:#e9e7e2;--soft:#a2a5aa;--c0:#7fb4ea;--c1:#eba06a;--c2:#72c79a;--c3:#b99df0;--c4:#f08c9a;--c5:#62c3cd;--c6:#cfca66;--c7:#e692c6;--tint:.26";

/** The number of colours; of more types some share one. */
export const colorCount = 8;

/** The style sheet of a picture: colours by light or dark; `auto` follows the reader's system. */
export function pictureStyle(theme: "auto" | "light" | "dark" = "auto"): string {
  const colors =
    theme === "auto"
      ? `.relata-picture{${light}}@media (prefers-color-scheme:dark){.relata-picture{${dark}}}`
      : `.relata-picture{${theme === "dark" ? dark : light}}`;
  const palette = Array.from({ length: colorCount }, (_, i) => `.relata-picture .c${i}{--c:var(--c${i})}`).join("");
  return (
    `${colors}${palette}.relata-picture{font-family:Arial,"Liberation Sans",Helvetica,"Noto Sans",sans-serif}` +
    `.relata-picture .paper{fill:var(--paper)}.relata-picture text{fill:var(--ink);font-size:15px;white-space:pre}` +
    `.relata-picture .type,.relata-picture .label{fill:var(--c,var(--soft));font-size:10.5px;font-weight:500}` +
    `.relata-picture .span{fill:var(--c);fill-opacity:var(--tint)}.relata-picture .bar,.relata-picture .tip{fill:var(--c)}` +
    `.relata-picture .line{fill:none;stroke:var(--c);stroke-width:1.3}`
  );
}
