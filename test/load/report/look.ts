/** The report's style and its only script: the figures under the pointer. */
import { PLOT } from './chart.ts';

export const STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#fbfaf8,#17181b);--card:light-dark(#fff,#1f2125);--ink:light-dark(#22252b,#e8e6e1);
--soft:light-dark(#68707d,#9aa1ac);--line:light-dark(#e3e0da,#33363c);--s0:light-dark(#2f6f9f,#6db3e3);--s1:light-dark(#b4690e,#e9a957);
--s2:light-dark(#a8324a,#ee7d92);--s3:light-dark(#4a7a3a,#8fc27c);--s4:light-dark(#6b52a3,#b39ae6)}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1240px;margin:0 auto;padding:28px 20px 60px}h1{font-size:26px;margin:0 0 4px}h2{font-size:17px;margin:26px 0 8px}
h3{font-size:14px;font-weight:600;margin:0}.about{color:var(--soft);margin:0 0 20px;max-width:90ch}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin-bottom:18px}.tiles div{background:var(--card);border:1px solid var(--line);border-radius:8px;
padding:10px 16px;color:var(--soft);font-size:13px}.tiles b{display:block;color:var(--ink);font-size:22px;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:14px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px 10px}
figcaption{display:flex;justify-content:space-between;gap:12px}figcaption span{color:var(--soft);font-size:12px}
svg{display:block;width:100%;height:auto;margin-top:4px}.grid{stroke:var(--line);stroke-width:1}.tick{fill:var(--soft);font-size:11px}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.mark{stroke:var(--soft);stroke-dasharray:3 3}.cursor{stroke:var(--soft);stroke-width:.8}
.limit{stroke:var(--s2);stroke-dasharray:6 4}.limit-word{fill:var(--s2);font-size:11px}
.line.s0{stroke:var(--s0)}.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}.line.s4{stroke:var(--s4)}
.dot.s0{fill:var(--s0)}.dot.s1{fill:var(--s1)}.dot.s2{fill:var(--s2)}.dot.s3{fill:var(--s3)}.dot.s4{fill:var(--s4)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:6px 0 0;padding:0;font-size:12.5px;color:var(--soft)}
.legend b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}.legend i{display:inline-block;width:10px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle}
.legend .s0 i{background:var(--s0)}.legend .s1 i{background:var(--s1)}.legend .s2 i{background:var(--s2)}.legend .s3 i{background:var(--s3)}.legend .s4 i{background:var(--s4)}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:0 28px}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:500;font-size:13px}`;

export const SCRIPT = `
for (const figure of document.querySelectorAll('[data-chart]')) {
  const { end, series } = JSON.parse(figure.dataset.chart);
  const svg = figure.querySelector('svg'), cursor = svg.querySelector('.cursor');
  const items = [...figure.querySelectorAll('.legend li')], before = items.map((item) => item.innerHTML);
  const word = (value) => value === null || value === undefined ? '–' : value.toLocaleString('en');
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect(), scale = ${PLOT.width} / box.width;
    const wide = ${PLOT.width - PLOT.left - PLOT.right};
    const at = Math.max(0, Math.min(1, ((event.clientX - box.left) * scale - ${PLOT.left}) / wide)) * end;
    const x = ${PLOT.left} + at / end * wide;
    cursor.setAttribute('x1', x); cursor.setAttribute('x2', x);
    series.forEach(([name, points], place) => {
      const near = points.reduce((best, one) => Math.abs(one[0] - at) < Math.abs(best[0] - at) ? one : best, points[0] ?? [0, null]);
      items[place].innerHTML = '<i></i>';
      items[place].append(name + ' at ' + near[0] + ' s: ', Object.assign(document.createElement('b'), { textContent: word(near[1]) }));
    });
  });
  svg.addEventListener('pointerleave', () => {
    cursor.setAttribute('x1', -9); cursor.setAttribute('x2', -9);
    items.forEach((item, place) => { item.innerHTML = before[place]; });
  });
}`;
