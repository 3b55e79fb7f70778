// What a page gains from JavaScript beyond htmx: charts, copying, shortcuts.
// Everything else works without.
(() => {
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const drawn = new WeakSet();
  function draw(root) {
    for (const island of root.querySelectorAll('script[type="application/json"][data-chart]')) {
      const canvas = document.getElementById(island.dataset.chart);
      if (!canvas || drawn.has(canvas)) continue;
      drawn.add(canvas);
      const spec = JSON.parse(island.textContent);
      const colors = [css('--accent'), '#d9912b', '#7a5ea8', '#b8504a', '#4d8fc4', '#7d8f3a'];
      Chart.defaults.color = css('--soft');
      Chart.defaults.borderColor = css('--line');
      new Chart(canvas, {
        type: spec.type,
        data: { labels: spec.labels, datasets: spec.series.map((s, i) => ({ label: s.name, data: s.values, backgroundColor: colors[i % 6], borderColor: colors[i % 6], tension: 0.2 })) },
        options: { responsive: true, maintainAspectRatio: false, animation: false, plugins: { legend: { display: spec.series.length > 1 } }, indexAxis: spec.horizontal ? 'y' : 'x' },
      });
    }
  }
  document.addEventListener('DOMContentLoaded', () => draw(document));
  document.addEventListener('htmx:load', e => draw(e.target));
  document.addEventListener('click', e => {
    const b = e.target.closest('[data-copy]');
    if (b) navigator.clipboard.writeText(document.getElementById(b.dataset.copy).textContent).then(() => { b.textContent = 'Copied'; });
  });
  document.addEventListener('keydown', e => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (e.key === '/' && !typing) { const q = document.getElementById('q'); if (q) { e.preventDefault(); q.focus(); } }
    if (e.key === 'Enter' && document.activeElement.id === 'q' && !e.shiftKey && !e.isComposing) { e.preventDefault(); document.activeElement.form.requestSubmit(); }
  });
})();
