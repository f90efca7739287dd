// Draws charts from the tables of a page. Without this script, the tables show the same figures.
(() => {
  'use strict';

  const MIN_TICK_PIXELS = 64;
  const MIN_LINE_PIXELS = 30;
  const { locale } = document.documentElement.dataset;
  const compact = new Intl.NumberFormat(locale, { notation: 'compact' });
  const styles = getComputedStyle(document.documentElement);
  const color = (name) => resolve(styles.getPropertyValue(`--${name}`));

  /** Canvas does not know `light-dark()`. */
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  function resolve(value) {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  }

  function readTable(table) {
    const [, ...headings] = table.tHead.rows[0].cells;
    const rows = [...table.tBodies[0].rows];
    return {
      series: headings.map(({ textContent, dataset }) => ({ label: textContent.trim(), color: dataset.color })),
      labels: rows.map(({ cells }) => ({ long: cells[0].textContent.trim(), short: cells[0].dataset.short })),
      isUnfinished: rows.length > 1 && rows.at(-1).cells[0].dataset.unfinished !== undefined,
      texts: rows.map(({ cells }) => [...cells].slice(1).map((cell) => cell.textContent.trim())),
      values: headings.map((_, index) =>
        rows.map(({ cells }) => {
          const data = cells[index + 1].querySelector('data');
          return data ? Number(data.value) : null;
        }),
      ),
    };
  }

  /** Shows the figures at the pointer. */
  function tooltip({ labels, series, texts }) {
    const box = document.createElement('div');
    box.className = 'tooltip';
    box.hidden = true;
    const show = (plot) => {
      const { idx, left } = plot.cursor;
      box.hidden = idx === null || idx === undefined || left < 0;
      if (box.hidden) return;
      const title = document.createElement('strong');
      title.textContent = labels[idx].long;
      const list = document.createElement('ul');
      list.className = 'legend';
      series.forEach(({ label, color: name }, index) => {
        if (texts[idx][index] === '') return;
        const entry = document.createElement('li');
        entry.dataset.color = name;
        entry.textContent = `${label}: ${texts[idx][index]}`;
        list.append(entry);
      });
      box.replaceChildren(title, list);
      const x = plot.bbox.left / devicePixelRatio + plot.valToPos(idx, 'x');
      const space = plot.over.parentElement.clientWidth - box.offsetWidth;
      const isRight = x + 12 <= space;
      box.style.left = `${Math.max(0, isRight ? x + 12 : Math.min(space, x - box.offsetWidth - 12))}px`;
    };
    return { hooks: { init: (plot) => plot.root.append(box), setCursor: show } };
  }

  function optionsFor(kind, table, lines, { width, height }) {
    const count = table.labels.length;
    const isBars = kind === 'bars';
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const axis = { stroke: color('muted'), font: `${12 * scale}px system-ui, sans-serif`, ticks: { show: false } };
    const grid = { stroke: color('line'), width: 1 };
    const toSeries = ({ label, color: name, dash }) => ({
      label,
      dash,
      stroke: color(name),
      width: isBars ? 0 : name.endsWith('-pale') ? 1.5 : 2,
      fill: isBars ? color(name) : undefined,
      paths: isBars ? uPlot.paths.bars({ size: [0.7, 48] }) : undefined,
      points: { show: !isBars && count === 1, size: 7, fill: color(name) },
    });
    const padding = isBars || count === 1 ? 0.6 : 0;
    return {
      width,
      height,
      padding: [12, 28 * scale, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: !isBars } },
      plugins: [tooltip(table)],
      scales: {
        x: { time: false, range: [-padding, count - 1 + padding] },
        // Starts at zero. A chart of small numbers has no fractions on its axis.
        y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.08)] },
      },
      series: [{}, ...lines.map(toSeries)],
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 30 * scale,
          incrs: [1, 2, 3, 4, 7, 14, 28, 56, 112],
          space: MIN_TICK_PIXELS * scale,
          values: (_plot, splits) => splits.map((index) => table.labels[index]?.short ?? ''),
        },
        {
          ...axis,
          grid,
          space: MIN_LINE_PIXELS * scale,
          size: 52 * scale,
          incrs: [1, 2, 5]
            .flatMap((step) => [...Array(12).keys()].map((power) => step * 10 ** power))
            .sort((a, b) => a - b),
          values: (_plot, splits) => splits.map((value) => compact.format(value)),
        },
      ],
    };
  }

  /** The last period is not over: its part of a line is a dashed line of its own. Periods before have pale lines. */
  function dashLast(lines) {
    for (const line of lines.filter(({ color: name }) => !name.endsWith('-pale'))) {
      const { values } = line;
      const isLast = (index) => index === values.length - 1;
      lines.push({
        ...line,
        dash: [3, 4],
        values: values.map((value, index) => (isLast(index) || isLast(index + 1) ? value : null)),
      });
      line.values = values.map((value, index) => (isLast(index) ? null : value));
    }
  }

  function draw(chart) {
    const table = readTable(chart.querySelector('table'));
    // The first series is drawn last, over the pale ones.
    const order = [...table.series.keys()].reverse();
    const lines = order.map((index) => ({ ...table.series[index], values: table.values[index] }));
    if (table.isUnfinished && chart.dataset.kind === 'line') dashLast(lines);
    const data = [table.labels.map((_, index) => index), ...lines.map(({ values }) => values)];
    const box = document.createElement('div');
    box.className = 'plot';
    box.setAttribute('aria-hidden', 'true');
    const figures = chart.querySelector('.figures');
    figures.open = false;
    figures.before(box);
    chart.classList.add('drawn');
    let plot;
    const redraw = () => {
      plot?.destroy();
      plot = new uPlot(optionsFor(chart.dataset.kind, table, lines, box.getBoundingClientRect()), data, box);
    };
    redraw();
    new ResizeObserver(() => plot.setSize(box.getBoundingClientRect())).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    addEventListener('beforeprint', () => (figures.open = true));
    addEventListener('afterprint', () => (figures.open = false));
  }

  /** Menus close like those of the system. */
  function closeMenus(except) {
    for (const menu of document.querySelectorAll('.menu[open]')) if (!menu.contains(except)) menu.open = false;
  }

  // The server does not know at which address a reader sees it, unless its settings say so.
  for (const code of document.querySelectorAll('.code')) {
    code.value = code.value.replaceAll(/(["(])(\/_\/metrics\/)/g, `$1${location.origin}$2`);
    code.addEventListener('focus', () => code.select());
    if (!navigator.clipboard) continue;
    const copy = document.createElement('button');
    copy.type = 'button';
    copy.textContent = code.dataset.copy;
    copy.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.value);
      copy.textContent = code.dataset.copied;
    });
    code.parentElement.after(copy);
  }
  for (const chart of document.querySelectorAll('.chart')) draw(chart);
  document.addEventListener('click', ({ target }) => closeMenus(target));
  document.addEventListener('keydown', ({ key, target }) => {
    if (key !== 'Escape') return;
    const menu = target.closest?.('.menu[open]');
    closeMenus(null);
    menu?.querySelector('summary').focus();
  });
})();
