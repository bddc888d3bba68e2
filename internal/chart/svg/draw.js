// What draws an option as SVG where there is no page. It runs after ECharts and prelude.js; seurantaMeasure is the
// program's own.
seuranta.register(echarts);
echarts.setPlatformAPI({
  measureText: function (text, font) { return { width: seurantaMeasure(String(text), String(font || '')) }; }
});

function seurantaDraw(json, lang, width, height, family) {
  'use strict';
  var option = seuranta.revive(JSON.parse(json), lang);
  option.animation = false; // else a picture would carry style sheets that move it
  option.textStyle = option.textStyle || {};
  option.textStyle.fontFamily = family;
  var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height, locale: lang.toUpperCase() });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
