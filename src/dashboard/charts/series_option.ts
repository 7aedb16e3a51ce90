// The chart of one figure over time as an ECharts option: pure, so that what is drawn can be tested.
import type { EChartsCoreOption } from 'echarts/core';

export interface ChartColours {
  line: string;
  text: string;
  quiet: string;
  rule: string;
  surface: string;
}

export interface ChartPoint {
  label: string;
  /** null leaves a gap: not measured is not zero */
  value: number | null;
  tip: string;
}

export interface ChartLimits {
  middle: number;
  low: number;
  high: number;
  signals: readonly (string | null)[];
}

export interface ChartSpec {
  /** limits of a habit, and what stands out against them; null: not asked for */
  limits?: ChartLimits | null;
  points: readonly ChartPoint[];
  scale: 'share' | 'index' | 'open';
  bars: boolean;
  axisText: (value: number) => string;
  colours: ChartColours;
  font: string;
}

/** Top of the axis: 1 for shares, 100 for the index, free for the rest. */
function top(scale: ChartSpec['scale']): number | undefined {
  if (scale === 'share') return 1;
  return scale === 'index' ? 100 : undefined;
}

export function seriesOption(spec: ChartSpec): EChartsCoreOption {
  const { colours } = spec;
  const words = { color: colours.quiet, fontFamily: spec.font, fontSize: 12 };
  const max = top(spec.scale);
  return {
    animation: false,
    grid: { left: 4, right: 24, top: 14, bottom: 6, containLabel: true },
    textStyle: { fontFamily: spec.font },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.rule,
      borderWidth: 1,
      padding: [8, 20, 8, 12],
      textStyle: { color: colours.text },
      axisPointer: { type: 'line', lineStyle: { color: colours.quiet, width: 1, type: 'solid' } },
      formatter: (params: { dataIndex: number }[]) => spec.points[params[0]?.dataIndex ?? 0]?.tip ?? '',
    },
    xAxis: {
      type: 'category',
      data: spec.points.map((point) => point.label),
      boundaryGap: spec.bars,
      axisLine: { lineStyle: { color: colours.rule } },
      axisTick: { show: false },
      axisLabel: { ...words, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...(max === undefined ? {} : { max }),
      ...(max === undefined ? { splitNumber: 4 } : { interval: max / 4 }),
      axisLabel: { ...words, formatter: spec.axisText },
      splitLine: { lineStyle: { color: colours.rule } },
    },
    series: [{ ...(spec.bars ? bars(spec) : line(spec)), ...limitLines(spec) }],
  };
}

/** The middle and the natural limits as lines; where something stands out, a ring around the point. */
function limitLines(spec: ChartSpec): Record<string, unknown> {
  const { limits, colours } = spec;
  if (limits === undefined || limits === null) return {};
  const most = top(spec.scale) ?? Infinity;
  const at = (value: number, type: string) => ({ yAxis: Math.min(most, Math.max(0, value)), lineStyle: { color: colours.quiet, type, width: 1 } });
  const found = limits.signals.flatMap((signal, i) => (signal === null ? [] : [{ coord: [i, spec.points[i]?.value ?? 0] }]));
  return {
    markLine: { silent: true, symbol: 'none', label: { show: false }, data: [at(limits.middle, 'solid'), at(limits.low, 'dashed'), at(limits.high, 'dashed')] },
    markPoint: { silent: true, symbol: 'circle', symbolSize: 17, label: { show: false }, itemStyle: { color: 'transparent', borderColor: colours.text, borderWidth: 2 }, data: found },
  };
}

function bars(spec: ChartSpec): Record<string, unknown> {
  return {
    type: 'bar',
    data: spec.points.map((point) => point.value),
    barMaxWidth: 22,
    itemStyle: { color: spec.colours.line, borderRadius: [2, 2, 0, 0] },
    cursor: 'pointer',
  };
}

function line(spec: ChartSpec): Record<string, unknown> {
  return {
    type: 'line',
    data: spec.points.map((point) => point.value),
    connectNulls: false,
    symbol: 'circle',
    symbolSize: spec.points.length > 40 ? 4 : 7,
    showAllSymbol: true,
    lineStyle: { color: spec.colours.line, width: 2 },
    itemStyle: { color: spec.colours.line, borderColor: spec.colours.surface, borderWidth: 1.5 },
    cursor: 'pointer',
  };
}
