// What a page gains from JavaScript beyond htmx: charts, copying, shortcuts,
// local times, and telling a screen reader that an answer has come. All the
// rest works without.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A token such as --c1 is a light-dark(): only a drawn element knows which.
  const probe = document.createElement('i');
  probe.hidden = true;
  const color = token => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const faint = (rgb, alpha) => rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
  const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
  const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

  const charts = new Map();
  function draw(root) {
    for (const island of all('script[type="application/json"][data-chart]', root)) {
      const canvas = document.getElementById(island.dataset.chart);
      if (!canvas || charts.has(canvas)) continue;
      charts.set(canvas, new Chart(canvas, config(JSON.parse(island.textContent))));
    }
    for (const [canvas, chart] of charts) {
      if (!canvas.isConnected) { chart.destroy(); charts.delete(canvas); }
    }
  }

  function config(spec) {
    const palette = [1, 2, 3, 4, 5, 6, 7, 8].map(i => color(`--c${i}`));
    const [ink, line, card] = ['--soft', '--line', '--card'].map(color);
    const pie = spec.type === 'pie', scatter = spec.type === 'scatter', flat = spec.type === 'hbar', area = spec.type === 'area';
    const datasets = spec.series.map((s, i) => {
      const c = s.rest ? ink : palette[i % palette.length];
      return {
        label: s.name, data: scatter ? s.x.map((x, j) => ({ x, y: s.values[j] })) : s.values,
        backgroundColor: pie ? s.values.map((_, j) => palette[j % palette.length]) : area ? faint(c, 0.2) : scatter ? faint(c, 0.65) : c,
        borderColor: pie ? card : c, borderWidth: pie ? 2 : spec.type === 'line' || area ? 2.5 : 0, fill: area,
        pointRadius: scatter ? 4 : s.values.length > 60 ? 0 : 3, pointHitRadius: 12, borderRadius: pie ? 0 : 4, maxBarThickness: 56,
      };
    });
    const value = { beginAtZero: true, stacked: spec.stacked, grid: { color: line }, border: { display: false }, ticks: { color: ink, callback: v => short.format(v) }, title: { display: scatter || spec.series.length === 1, text: spec.series[0].name, color: ink } };
    if (scatter) value.beginAtZero = false;
    const label = { stacked: spec.stacked, grid: { display: false }, border: { color: line }, ticks: { color: ink, autoSkip: !flat, maxRotation: 45 }, title: { display: scatter, text: spec.by, color: ink } };
    const read = item => {
      const v = pie ? item.parsed : flat ? item.parsed.x : item.parsed.y;
      return ` ${item.dataset.label}: ${v == null ? 'none' : number.format(v)}`;
    };
    return {
      type: { hbar: 'bar', area: 'line', pie: 'doughnut' }[spec.type] || spec.type,
      data: { labels: spec.labels, datasets },
      options: {
        responsive: true, maintainAspectRatio: false, animation: false, indexAxis: flat ? 'y' : 'x', cutout: '55%',
        interaction: { mode: scatter || pie ? 'nearest' : 'index', axis: flat ? 'y' : 'x', intersect: pie || scatter },
        plugins: {
          legend: { display: pie || spec.series.length > 1, position: pie ? 'right' : 'top', labels: { color: ink, boxWidth: 12 } },
          tooltip: { callbacks: { label: read } },
        },
        scales: pie ? {} : flat ? { x: value, y: label } : { x: label, y: value },
      },
    };
  }

  function redraw() {
    for (const [canvas, chart] of charts) { chart.destroy(); charts.delete(canvas); }
    draw(document);
  }

  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  function localTimes(root) {
    for (const t of all('time[datetime]', root)) {
      t.title = t.dateTime;
      t.textContent = local.format(new Date(t.dateTime));
    }
  }

  async function copy(button) {
    const from = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.textContent);
      const label = $('span', button);
      label.textContent = 'Copied';
      setTimeout(() => { label.textContent = 'Copy'; }, 2000);
    } catch { // no clipboard on this connection: leave it selected
      getSelection().selectAllChildren(from);
    }
  }

  // An answer that came over the stream is told once it is whole.
  function arrived(root) {
    const answer = root.matches?.('[data-says]') ? root : $('[data-says]', root);
    const live = $('#live');
    if (!answer || !live || live.textContent === answer.dataset.says) return;
    live.textContent = answer.dataset.says;
    if (answer.getAttribute('aria-busy') === 'false' && document.activeElement === document.body) $('#asked').focus();
  }

  const fresh = root => { draw(root); localTimes(root); };
  document.addEventListener('DOMContentLoaded', () => { document.body.append(probe); fresh(document); });
  document.addEventListener('htmx:load', e => { if (probe.isConnected) { fresh(e.target); arrived(e.target); } });
  // A look at how an export goes that fails must not take the page away: the next may succeed.
  document.addEventListener('htmx:beforeSwap', e => { if (e.detail.requestConfig.elt.id === 'export' && e.detail.xhr.status >= 500) e.detail.shouldSwap = false; });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

  document.addEventListener('click', e => {
    const button = e.target.closest('[data-copy]');
    if (button) copy(button);
    for (const menu of all('details:is(.menu, .part)[open]')) if (!menu.contains(e.target)) menu.open = false;
  });
  document.addEventListener('keydown', e => {
    const at = document.activeElement;
    if (e.key === 'Escape') for (const menu of all('details:is(.menu, .part)[open]')) { menu.open = false; $('summary', menu).focus(); }
    if (e.key === '/' && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) {
      const box = $('#q');
      if (box) { e.preventDefault(); box.focus(); }
    }
    if (e.key !== 'Enter' || e.isComposing || at.tagName !== 'TEXTAREA' || !at.form) return;
    if (e.ctrlKey || e.metaKey || at.id === 'q' && !e.shiftKey) { e.preventDefault(); at.form.requestSubmit(); }
  });
})();
