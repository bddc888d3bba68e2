// Draws every chart of the page: <div class="chart" data-option="ID" data-lang="fi"> with its option in
// <script type="application/json" id="ID">. Without this script the box stays hidden and the table says all.
//
// The first charts are drawn at once, those further down when they come near or the browser has time: a page of hundreds is
// ready as soon as one of ten.
(function () {
  'use strict';
  var atOnce = 16;
  seuranta.register(echarts);

  var boxes = Array.prototype.slice.call(document.querySelectorAll('.chart[data-option]'));
  boxes.forEach(function (box) { box.hidden = false; });
  var drawn = [];

  function draw(box) {
    if (box.hasAttribute('data-drawn')) return;
    box.setAttribute('data-drawn', '');
    var lang = box.getAttribute('data-lang');
    var option = seuranta.revive(JSON.parse(document.getElementById(box.getAttribute('data-option')).textContent), lang);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) option.animation = false;
    var chart = echarts.init(box, null, { renderer: 'svg', locale: lang.toUpperCase() });
    chart.setOption(option);
    drawn.push(chart);
    new ResizeObserver(function () { chart.resize(); }).observe(box);
  }

  boxes.slice(0, atOnce).forEach(draw);
  var rest = boxes.slice(atOnce);
  var near = new IntersectionObserver(function (seen) {
    seen.forEach(function (s) {
      if (!s.isIntersecting) return;
      near.unobserve(s.target);
      draw(s.target);
    });
  }, { rootMargin: '100% 0px' });
  rest.forEach(function (box) { near.observe(box); });

  var later = window.requestIdleCallback || function (next) { setTimeout(next, 50); };
  var next = 0;
  function drawOne() {
    if (next < rest.length) {
      draw(rest[next++]);
      later(drawOne);
    }
  }
  later(drawOne);

  // Paper has no pointer to open a table with, and does not scroll.
  addEventListener('beforeprint', function () {
    boxes.forEach(draw);
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
