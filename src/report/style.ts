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

nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .88rem; padding-bottom: .6rem; border-bottom: 1px solid var(--line); }
nav a { color: var(--accent); text-decoration: none; padding: .2rem 0; } nav a:hover { text-decoration: underline; }
h3 { font-size: .95rem; font-weight: 600; margin: 1.2rem 0 .4rem; }
.part { font-size: .72rem; font-weight: 500; color: var(--soft); border: 1px solid var(--line); border-radius: 99px; padding: .1rem .55rem;
  margin-left: .4rem; vertical-align: .15em; white-space: nowrap; }
section > p { max-width: 52rem; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--accent); font-size: .9rem; } details[open] > summary { margin-bottom: .6rem; }
.lead { font-size: 1.35rem; line-height: 1.4; font-weight: 550; text-wrap: pretty; }
.points { margin: 1.2rem 0 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.point { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .2rem 1.2rem; padding: .8rem 1.2rem; border-top: 1px solid var(--line); }
.point:first-child { border-top: 0; }
.point dt { font-weight: 650; } .point dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.point.good dt { color: var(--right-text); } .point.weak dt, .point.confuses dt, .point.never dt, .point.far dt { color: var(--wrong-text); }
.point.rule dt, .point.few dt { color: var(--soft); }
.point ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .25rem; }
.rows { list-style: none; padding: 1rem 1.2rem; margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; display: grid; gap: .55rem; }
.rows li { display: grid; grid-template-columns: minmax(6rem, 12rem) minmax(0, 1fr) 2.6rem minmax(0, 22rem); gap: .1rem 1rem; align-items: center; }
.rows .name { font-weight: 550; font-size: .9rem; overflow-wrap: anywhere; }
.rows .track { position: relative; height: 1rem; background: color-mix(in oklab, var(--line) 55%, transparent); border-radius: 4px; }
.rows .fill { position: absolute; inset: 0 auto 0 0; background: var(--accent); border-radius: 4px; opacity: .75; }
.whisker, .whisker-key { background: linear-gradient(var(--ink) 0 0) center / 100% 2px no-repeat, linear-gradient(var(--ink) 0 0) left / 2px 60% no-repeat,
  linear-gradient(var(--ink) 0 0) right / 2px 60% no-repeat; }
.rows .whisker { position: absolute; top: 0; bottom: 0; }
.rows .mark { position: absolute; top: -3px; bottom: -3px; width: 3px; margin-left: -1.5px; background: var(--s2); outline: 1px solid var(--card); }
.rows .value { font-weight: 600; text-align: right; } .rows .text { color: var(--soft); font-size: .82rem; }
.rows .text b { color: var(--wrong-text); }
.keys { color: var(--soft); font-size: .82rem; } .swatch.whisker-key { width: 1.6em; border-radius: 0; }
.swatch.mark-key { width: 3px; background: var(--s2); margin-left: 1rem; border-radius: 0; }
progress { width: 100%; accent-color: var(--accent); }
.chart.support { max-width: 36rem; }
.hash { overflow-wrap: anywhere; }

.beaten, .warning { border-left: 3px solid var(--right); padding: .15rem 0 .15rem .8rem; }
.warning { border-color: var(--wrong); }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; }
th { font-weight: 550; text-align: left; }
thead th { color: var(--soft); font-size: .8rem; vertical-align: bottom; }
tbody th, tfoot th { position: sticky; left: 0; background: var(--card); z-index: 1; }
.scores { width: 100%; }
.scores th, .scores td { padding: .5rem .8rem; border-top: 1px solid var(--line); }
/* A name that may break anywhere shrinks to a letter beside columns that may not break. */
.scores tbody th { min-width: min(15rem, 32vw); }
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
.chart text { font-size: 11px; fill: var(--soft); paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .mark { stroke: var(--wrong); stroke-width: 1.6; }
.chart .best { stroke: var(--soft); stroke-dasharray: 3 3; }
.series-0 { --series: var(--s0); } .series-1 { --series: var(--s1); }
.series-2 { --series: var(--s2); } .series-3 { --series: var(--s3); }

.mistakes { list-style: none; padding: 0; margin: 0; display: grid; gap: .8rem; }
.mistakes > li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1.1rem; break-inside: avoid;
  display: grid; grid-template-columns: minmax(12rem, 1fr) minmax(0, 35rem); gap: .6rem 1.5rem; align-items: center; }
.mistakes > li[hidden] { display: none; }
.mistakes svg { display: block; max-width: 100%; height: auto; }
.said p { margin: 0; overflow-wrap: anywhere; } .said .role { color: var(--soft); font-size: .82rem; display: inline-block; min-width: 5.2rem; }
.said .wrong b { color: var(--wrong-text); } .said .right b { color: var(--right-text); } .said .sure { color: var(--soft); font-size: .82rem; }
.said .source { margin-top: .4rem; }
.filter { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 0 0 .9rem; font-size: .85rem; }
.filter[hidden] { display: none; }
.filter label { color: var(--soft); display: grid; gap: .15rem; min-width: 0; max-width: 100%; }
.filter select, .filter button, .more { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: .3rem .6rem; max-width: 100%; }
.more { margin-top: .9rem; }
.filter output { color: var(--soft); padding: .35rem 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.source { margin: 0; overflow-wrap: anywhere; }

.notices { padding-left: 1.1rem; } .notices li { margin-bottom: .4rem; } .notices .source { display: block; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; margin: 0; font-size: .88rem; }
.settings div { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
.facts dd { white-space: nowrap; } .facts .from { margin-right: .5em; }
.settings dt { color: var(--soft); } .settings dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.settings .number { white-space: nowrap; }
.sentences { grid-template-columns: minmax(0, 1fr); max-width: 46rem; } .sentences div { justify-content: start; }
.sentences dt { flex: 0 0 8rem; } .sentences dd { text-align: left; }

@media (max-width: 46rem) {
  body { padding: 1.4rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  .headline { grid-template-columns: minmax(0, 1fr); }
  .headline dl { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
  .chart text { font-size: 14px; }
  .scores th, .scores td { padding: .45rem .6rem; }
  .bar span { min-width: 3.2rem; }
  .sentences dt { flex-basis: 5.5rem; }
  .lead { font-size: 1.15rem; }
  .point { grid-template-columns: minmax(0, 1fr); }
  .mistakes > li { grid-template-columns: minmax(0, 1fr); padding: .7rem .8rem; }
  .rows li { grid-template-columns: minmax(0, 1fr) 2.6rem; }
  .rows .track { grid-column: 1 / -1; grid-row: 2; } .rows .text { grid-column: 1 / -1; }
}
@media print { body { padding: 0; } .scroll { overflow: visible; } }
`,
};
