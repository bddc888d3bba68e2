// What every drawing of Seuranta shares, in a browser or in an engine without a page: the languages' names and number
// forms, and the closed set of functions that an option may name. An option is data; {"$fn": "number"} stands where ECharts
// wants a function, and nothing outside this list can be asked for.
var seuranta = (function () {
  'use strict';

  var forms = {
    fi: { thousands: '\u00a0', decimal: ',' },
    sv: { thousands: '\u00a0', decimal: ',' },
    en: { thousands: ',', decimal: '.' }
  };

  function number(value, form) {
    if (typeof value !== 'number' || !isFinite(value)) return '';
    var parts = String(Math.round(Math.abs(value) * 100) / 100).split('.');
    var whole = parts[0].replace(/\B(?=(\d{3})+$)/g, form.thousands);
    return (value < 0 ? '\u2212' : '') + whole + (parts[1] ? form.decimal + parts[1] : '');
  }

  var makers = {
    // number writes a value of an axis in the language of the page.
    number: function (spec, lang) {
      return function (value) { return number(value, forms[lang] || forms.en); };
    },
    // lines shows the text that was written beforehand for the category under the pointer.
    lines: function (spec) {
      return function (params) {
        var at = params.length ? params[0].dataIndex : -1;
        return (spec.of[at] || []).join('\n');
      };
    }
  };

  function revive(node, lang) {
    if (Array.isArray(node)) return node.map(function (item) { return revive(item, lang); });
    if (node === null || typeof node !== 'object') return node;
    if (Object.prototype.hasOwnProperty.call(node, '$fn')) {
      var known = Object.prototype.hasOwnProperty.call(makers, node.$fn);
      return known ? makers[node.$fn](node, lang) : undefined;
    }
    var out = {};
    Object.keys(node).forEach(function (key) { out[key] = revive(node[key], lang); });
    return out;
  }

  var months = {
    fi: ['tammikuu', 'helmikuu', 'maaliskuu', 'huhtikuu', 'toukokuu', 'kesäkuu', 'heinäkuu', 'elokuu', 'syyskuu', 'lokakuu', 'marraskuu', 'joulukuu'],
    sv: ['januari', 'februari', 'mars', 'april', 'maj', 'juni', 'juli', 'augusti', 'september', 'oktober', 'november', 'december'],
    en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
  };
  var days = {
    fi: ['sunnuntai', 'maanantai', 'tiistai', 'keskiviikko', 'torstai', 'perjantai', 'lauantai'],
    sv: ['söndag', 'måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag'],
    en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  };

  // register gives ECharts the names of months and days in their basic form; its own Finnish ones are inflected, which is
  // wrong on an axis. Of the rest only what a page without a toolbox can show is there.
  function register(echarts) {
    Object.keys(months).forEach(function (lang) {
      var shorten = function (length) { return function (name) { return name.slice(0, length); }; };
      var abbreviated = lang === 'fi' ? months.fi.map(function (m) { return m.slice(0, -3); }) : months[lang].map(shorten(3));
      echarts.registerLocale(lang.toUpperCase(), {
        time: {
          month: months[lang], monthAbbr: abbreviated,
          dayOfWeek: days[lang], dayOfWeekAbbr: days[lang].map(shorten(lang === 'en' ? 3 : 2))
        },
        legend: { selector: { all: '', inverse: '' } },
        toolbox: {},
        series: { typeNames: {} },
        aria: { general: {}, series: { single: {}, multiple: { separator: {} } }, data: { separator: {} } }
      });
    });
  }

  return { revive: revive, register: register, number: number, forms: forms };
})();
