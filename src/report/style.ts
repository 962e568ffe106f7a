import type { Html } from "./html.ts";
import { pictureStyle } from "./picture/picture-style.ts";

/** The page's only style sheet. `light-dark()` picks by prefers-color-scheme. */
export const style: Html = {
  markup: `${pictureStyle()}
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f6, #15171a);
  --card: light-dark(#ffffff, #1c1f23);
  --ink: light-dark(#1d1f22, #e9e7e2);
  --soft: light-dark(#5f6368, #a2a5aa);
  --line: light-dark(#e3e0d8, #33373d);
  --accent: light-dark(#2a5a8c, #86b8ea);
  --right: light-dark(#2f8f7f, #2b8577);
  --wrong: light-dark(#dd7f4e, #a9552a);
  --right-text: light-dark(#17695b, #6cc7b6);
  --wrong-text: light-dark(#a5481b, #f0a079);
  --s0: light-dark(#9fb4c9, #5d7690);
  --s1: light-dark(#2a5a8c, #86b8ea);
  --s2: light-dark(#c1682f, #eba06f);
  --s3: light-dark(#2f8f7f, #62bfae);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 68rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2 { text-wrap: balance; line-height: 1.2; }
h1 { font-size: 1.9rem; font-weight: 650; letter-spacing: -.015em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; font-weight: 650; margin: 0 0 .9rem; }
p { margin: 0 0 .6rem; }
.subtitle { color: var(--soft); margin: .4rem 0 0; }
header { margin-bottom: 1.8rem; }
section { margin-top: 2.8rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
.note, .protocol, .source, .reason, .from { color: var(--soft); font-size: .82rem; }
.note { margin-top: .7rem; }
ul.note { padding-left: 1.1rem; }

.headline { display: grid; grid-template-columns: minmax(14rem, 1fr) 2.4fr; gap: 1px; background: var(--line);
  border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.headline > * { background: var(--card); margin: 0; padding: 1.3rem 1.4rem; }
.headline h2 { color: var(--accent); margin: 0; font-size: 1rem; }
.headline .protocol { margin: 0; line-height: 1.4; }
.chosen .number { font-size: 3.6rem; font-weight: 650; line-height: 1.15; letter-spacing: -.03em; margin: .1rem 0 .4rem; }
.headline dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1.2rem 1.6rem; }
.headline dt { font-size: .85rem; font-weight: 600; }
.headline dd { margin: 0; }
.headline dd.number { font-size: 1.45rem; font-weight: 600; line-height: 1.3; }
.headline .prevalence { font-size: .82rem; margin: .7rem 0 0; padding-top: .6rem; border-top: 1px solid var(--line); }
.headline dd.protocol { font-size: .76rem; }

.beaten, .warning { border-left: 3px solid var(--right); padding: .15rem 0 .15rem .8rem; }
.warning { border-color: var(--wrong); }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; }
th { font-weight: 550; text-align: left; }
thead th { color: var(--soft); font-size: .8rem; vertical-align: bottom; }
tbody th, tfoot th { position: sticky; left: 0; background: var(--card); z-index: 1; }
.scores { width: 100%; }
.scores th, .scores td { padding: .5rem .8rem; border-top: 1px solid var(--line); }
.scores thead th { border-top: 0; white-space: nowrap; }
.scores bdi { overflow-wrap: anywhere; }
.scores .n { text-align: right; white-space: nowrap; }
.scores .averages tr:first-child > * { border-top: 2px solid var(--line); }
.bar span { display: inline-block; min-width: 4.5rem; padding-bottom: .28rem;
  background: linear-gradient(var(--accent) 0 0) left bottom / calc(var(--value) * 100%) 3px no-repeat,
    linear-gradient(var(--line) 0 0) left bottom / 100% 3px no-repeat; }
.reason { display: block; font-weight: 400; max-width: 22rem; }

.heat th, .heat td { padding: .45rem .6rem; text-align: right; min-width: 2.9rem; }
.heat tbody th, .heat tfoot th, .heat .corner { text-align: left; padding-left: .9rem; white-space: nowrap; }
.heat .corner { font-weight: 400; }
.heat.upright thead th:not(.corner, .sum) { writing-mode: vertical-rl; transform: rotate(180deg); vertical-align: top;
  text-align: left; padding: .6rem .45rem; white-space: nowrap; min-width: 0; }
.heat td.right { background: color-mix(in oklab, var(--right) calc(8% + var(--share) * 72%), transparent); }
.heat td.wrong { background: color-mix(in oklab, var(--wrong) calc(8% + var(--share) * 72%), transparent); }
.heat.upright { font-size: .8rem; } .heat.upright td, .heat.upright th { padding-block: .28rem; min-width: 2.4rem; }
.heat tbody td { border: 1px solid var(--card); border-radius: 5px; }
.heat .nothing { color: light-dark(#b9b6ae, #555a61); }
.heat .sum { color: var(--soft); }
.heat tfoot > tr > * { border-top: 1px solid var(--line); }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 3px; vertical-align: -.05em; }
.swatch.right { background: var(--right); }
.swatch.wrong { background: var(--wrong); margin-left: .6rem; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.2rem; }
.chart { margin: 0; padding: 1rem 1.1rem .7rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.chart figcaption { font-weight: 600; font-size: .9rem; display: flex; flex-wrap: wrap; gap: .1rem 1rem; justify-content: space-between; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; font-weight: 400; color: var(--soft); font-size: .82rem; }
.key::before { content: ""; display: inline-block; width: 1.1em; height: 3px; border-radius: 2px; vertical-align: .25em;
  margin-right: .4em; background: var(--series); }
.chart svg { display: block; width: 100%; height: auto; margin-top: .5rem; }
.chart polyline { fill: none; stroke: var(--series); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.chart circle { fill: var(--series); stroke: var(--card); stroke-width: 1; }
.chart rect { fill: var(--series); }
.chart text { font-size: 11px; fill: var(--soft); }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .best { stroke: var(--soft); stroke-dasharray: 3 3; }
.series-0 { --series: var(--s0); } .series-1 { --series: var(--s1); }
.series-2 { --series: var(--s2); } .series-3 { --series: var(--s3); }

.mistakes { list-style: none; padding: 0; margin: 0; display: grid; gap: .8rem; }
.mistakes li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1.1rem; break-inside: avoid; }
.verdict { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .88rem; font-weight: 600; }
.verdict .wrong { color: var(--wrong-text); } .verdict .right { color: var(--right-text); }
.verdict .role { color: var(--soft); font-weight: 400; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: .6rem 1.5rem; }
.sides figure { margin: 0; } .sides svg { display: block; max-width: 100%; height: auto; }
.source { margin: 0; overflow-wrap: anywhere; }

.notices { padding-left: 1.1rem; } .notices li { margin-bottom: .4rem; } .notices .source { display: block; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; margin: 0; font-size: .88rem; }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
.facts dd { white-space: nowrap; } .facts .from { margin-right: .5em; }
.settings dt { color: var(--soft); } .settings dd { margin: 0; text-align: right; overflow-wrap: anywhere; }

@media (max-width: 46rem) {
  body { padding: 1.4rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .headline { grid-template-columns: minmax(0, 1fr); }
  .headline dl { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
  .chart text { font-size: 14px; }
  .scores th, .scores td { padding: .45rem .6rem; }
  .bar span { min-width: 3.2rem; }
}
@media print { body { padding: 0; } .scroll { overflow: visible; } }
`,
};
