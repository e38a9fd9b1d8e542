/** The page's look, light or dark as the reader's system is, and on paper with every part open. */
export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--panel:#f6f8fa;
--critical:#a40e26;--high:#b54a00;--medium:#7d5a00;--low:#0b5cad;--unspecified:#57606a;--good:#116329;--warn:#8a4600}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#373e47;--paper:#0d1117;--panel:#161b22;
--critical:#ff8f8a;--high:#ffa657;--medium:#e3b341;--low:#79c0ff;--unspecified:#9da7b1;--good:#56d364;--warn:#f0a35e}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main,footer{max-width:70rem;margin:0 auto;padding:1rem 1.25rem}
footer{color:var(--soft);font-size:.85rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2,h3,h4,h5,h6{font-size:1rem;margin:1rem 0 .25rem}
table{border-collapse:collapse;margin:.5rem 0}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.facts th{font-weight:600;white-space:nowrap;background:var(--panel)}
.wide{overflow-x:auto}
code{font:.9em ui-monospace,monospace}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:.3rem .8rem}
summary{cursor:pointer;overflow-wrap:anywhere}
details section{margin-left:.5rem}
.state{border-left:4px solid var(--warn);background:var(--panel);padding:.5rem .8rem;margin:.6rem 0}
a{color:var(--low)}
.t-critical,.t-bad{color:var(--critical);font-weight:600}.t-high{color:var(--high);font-weight:600}
.t-medium{color:var(--medium)}.t-low{color:var(--low)}.t-unspecified,.t-dim{color:var(--soft)}
.t-good{color:var(--good)}.t-warn{color:var(--warn)}.t-strong{font-weight:600}
@media print{details>*{display:block}body{font-size:11px}}
`;
