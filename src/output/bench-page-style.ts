/** The style sheet of a run's page: light or dark as the reader's system is, readable on a phone, and on paper. */
export const BENCH_PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1b1f24; --faint: #57606a; --rule: #d0d7de; --aside: #eceff2;
  --a: #0b5cad; --b: #a8430b; --c: #4b6f95; --d: #8a5a35;
  --error: #b3121d; --warning: #7d4e00; --good: #116329;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --text: #e6edf3; --faint: #a3adb8; --rule: #3a424c; --aside: #252c34;
    --a: #6cb4ff; --b: #ffab70; --c: #8fb3d9; --d: #d9b08f;
    --error: #ff8f87; --warning: #e8b339; --good: #6fd08c;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
p, ul { margin: .5rem 0; }
.faint { color: var(--faint); overflow-wrap: anywhere; }
.findings { list-style: none; padding: 0; }
.findings li { margin: .35rem 0; padding: .35rem .75rem; border-left: .3rem solid; overflow-wrap: anywhere; }
.findings .error { border-color: var(--error); color: var(--error); font-weight: 700; }
.findings .warning { border-color: var(--warning); color: var(--warning); }
.findings .good { border-color: var(--good); color: var(--good); }
figure { margin: 1rem 0; }
figcaption, caption { text-align: left; font-weight: 600; padding: .25rem 0; }
.scroll { overflow-x: auto; }
figure .scroll svg { display: block; width: 100%; min-width: 34rem; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); }
svg .tick, svg .band-label { fill: var(--faint); }
svg .grid { stroke: var(--rule); }
svg .axis { stroke: var(--faint); }
svg .aside { fill: var(--aside); }
svg .hatch { fill: var(--error); opacity: .45; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.a { color: var(--a); } .line.b { color: var(--b); } .line.c { color: var(--c); } .line.d { color: var(--d); }
.line path { stroke: currentColor; fill: none; }
.line.dashed path { stroke-dasharray: 7 4; }
.line .dot { fill: currentColor; stroke: none; }
.line .unseen { fill: currentColor; stroke: none; opacity: 0; }
.line .unseen:hover { opacity: 1; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; padding: 0; margin: .25rem 0; }
.legend svg { width: 2rem; height: .625rem; margin-right: .5rem; vertical-align: middle; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem 1.25rem .2rem 0; border-bottom: 1px solid var(--rule); font-weight: 400; text-align: left; vertical-align: top; }
thead th { font-weight: 600; }
.figures td, .figures thead th:not(:first-child) { text-align: right; }
.words td { overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, tr, .findings li { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
  figure .scroll svg { min-width: 0; }
  details::details-content { content-visibility: visible; }
  * { print-color-adjust: exact; }
}
@media print and (prefers-color-scheme: dark) {
  :root { --ground: #ffffff; --text: #1b1f24; --faint: #57606a; --rule: #d0d7de; --aside: #eceff2;
    --a: #0b5cad; --b: #a8430b; --c: #4b6f95; --d: #8a5a35; --error: #b3121d; --warning: #7d4e00; --good: #116329; }
}
`;
