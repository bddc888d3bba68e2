package chart

import _ "embed"

// ECharts 6.1.0 as its project publishes it (Apache-2.0, see LICENSE and NOTICE beside it), and our own two scripts.
var (
	//go:embed assets/echarts.min.js
	echartsScript string
	//go:embed assets/prelude.js
	preludeScript string
	//go:embed assets/charts.js
	chartsScript string
)

// Scripts returns what a page needs to draw options, in the order in which it must run.
func Scripts() []string { return append(EngineScripts(), chartsScript) }

// EngineScripts returns those of Scripts that need no page: what is drawn without a browser is drawn by the same code.
func EngineScripts() []string { return []string{echartsScript, preludeScript} }
