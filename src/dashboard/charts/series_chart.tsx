// A figure over time. ECharts is loaded when the first chart is shown; points open what is behind them. The chart is
// a picture to screen readers; the table below it carries the same numbers and links for keyboard and voice.
import { useEffect, useRef, useState } from 'preact/hooks';
import { onThemeChange } from '../base/theme';
import { t } from '../i18n';
import { seriesOption, type ChartColours, type ChartSpec } from './series_option';

interface SeriesChartProps extends Omit<ChartSpec, 'colours' | 'font'> {
  lens: 'efficiency' | 'opportunity';
  label: string;
  open: (index: number) => void;
}

/** Charts of one group show their pointers together: the same day through both lenses. */
const GROUP = 'lenses';

/** The value of a CSS colour variable, resolved for the current theme. */
function colourOf(probe: HTMLElement, name: string): string {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function colours(box: HTMLElement, lens: SeriesChartProps['lens']): ChartColours {
  const probe = document.createElement('span');
  box.append(probe);
  const found = {
    line: colourOf(probe, lens === 'efficiency' ? '--ink' : '--rose'),
    text: colourOf(probe, '--text'),
    quiet: colourOf(probe, '--quiet'),
    rule: colourOf(probe, '--rule'),
    surface: colourOf(probe, '--surface'),
  };
  probe.remove();
  return found;
}

export function SeriesChart(props: SeriesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [missing, setMissing] = useState(false);
  const redraw = useRef<() => void>(() => undefined);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    let undo = (): void => undefined;
    let gone = false;
    const draw = ({ connect, init }: typeof import('./echarts')): void => {
      if (gone) return;
      const chart = init(element, null, { renderer: 'svg' });
      chart.group = GROUP;
      connect(GROUP);
      redraw.current = () => {
        const { lens } = latest.current;
        const font = getComputedStyle(element).fontFamily;
        chart.setOption(seriesOption({ ...latest.current, colours: colours(element, lens), font }), true);
      };
      redraw.current();
      const zr = chart.getZr();
      const inside = (event: { offsetX: number; offsetY: number }): boolean => chart.containPixel('grid', [event.offsetX, event.offsetY]);
      zr.on('mousemove', (event) => zr.setCursorStyle(inside(event) ? 'pointer' : 'default'));
      zr.on('click', (event) => {
        const at = chart.convertFromPixel({ seriesIndex: 0 }, [event.offsetX, event.offsetY]);
        if (inside(event)) latest.current.open(Math.round(at[0] ?? -1));
      });
      const size = new ResizeObserver(() => chart.resize());
      size.observe(element);
      const themed = onThemeChange(() => redraw.current());
      undo = () => {
        themed();
        size.disconnect();
        chart.dispose();
      };
    };
    import('./echarts').then(draw, () => setMissing(true));
    return () => {
      gone = true;
      undo();
    };
  }, []);
  useEffect(() => redraw.current(), [props.points, props.scale, props.bars, props.limits]);
  if (missing) return <p class="quiet">{t('error.offline')}</p>;
  return <div class="chart" ref={box} role="img" aria-label={props.label} />;
}
