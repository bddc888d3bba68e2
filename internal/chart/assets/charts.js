// Draws every chart of the page: <div class="chart" data-option="ID" data-lang="fi"> with its option in
// <script type="application/json" id="ID">. Without this script the box stays hidden and the table says all.
(function () {
  'use strict';
  seuranta.register(echarts);

  var drawn = [];
  Array.prototype.forEach.call(document.querySelectorAll('.chart[data-option]'), function (box) {
    var lang = box.getAttribute('data-lang');
    var option = seuranta.revive(JSON.parse(document.getElementById(box.getAttribute('data-option')).textContent), lang);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) option.animation = false;
    box.hidden = false;
    var chart = echarts.init(box, null, { renderer: 'svg', locale: lang.toUpperCase() });
    chart.setOption(option);
    drawn.push(chart);
    new ResizeObserver(function () { chart.resize(); }).observe(box);
  });

  // Paper has no pointer to open a table with.
  addEventListener('beforeprint', function () {
    Array.prototype.forEach.call(document.querySelectorAll('details'), function (d) {
      if (!d.open) { d.open = true; d.setAttribute('data-opened-to-print', ''); }
    });
    drawn.forEach(function (chart) { chart.resize(); });
  });
  addEventListener('afterprint', function () {
    Array.prototype.forEach.call(document.querySelectorAll('[data-opened-to-print]'), function (d) {
      d.open = false;
      d.removeAttribute('data-opened-to-print');
    });
    drawn.forEach(function (chart) { chart.resize(); });
  });
})();
