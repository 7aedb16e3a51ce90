// Period and filters above overview and list. All of it lives in the address: a link shows the same to everyone.
import { useState } from 'preact/hooks';
import { addDays, daysBetween } from '../base/time';
import { intervalFor, QUADRANTS, type Filters } from '../base/filters';
import type { Choices, Interval } from '../base/types';
import { languageName } from '../base/format';
import { formatLocale, locale, t, term } from '../i18n';

interface FilterBarProps {
  filters: Filters;
  choices: Choices;
  period: { from: string; to: string };
  change: (change: Partial<Filters>) => void;
  list?: boolean;
  /** what the page cannot be asked for */
  without?: readonly ('channel' | 'language' | 'interval')[];
}

const LAST_DAYS = [7, 28, 56, 91];

/** The last day with conversations, at most today. */
function lastDay(choices: Choices): string {
  return choices.last_day !== null && choices.last_day < choices.today ? choices.last_day : choices.today;
}

/** The period shown when the address names none: the four weeks that end on the last day with conversations. */
export function periodOf(filters: Filters, choices: Choices): { from: string; to: string } {
  const to = filters.to !== '' ? filters.to : lastDay(choices);
  const from = filters.from !== '' ? filters.from : addDays(to, -27);
  return from <= to ? { from, to } : { from: to, to: from };
}

/** A language by its name, also for the API's own words for unknown and other ones. */
export function languageText(tag: string): string {
  return tag === 'und' || tag === 'other' ? term('lang', tag) : languageName(formatLocale(), tag);
}

export function FilterBar(props: FilterBarProps) {
  const { filters, choices, change, without = [] } = props;
  return (
    <section class="filters" aria-label={t('filter.label')}>
      <PeriodPicker {...props} />
      <Choice
        label={t('filter.queue')}
        value={filters.queue}
        options={choices.queues.map(({ queue }) => [queue, queue])}
        pick={(queue) => change({ queue })}
      />
      {!without.includes('channel') && (
        <Choice
          label={t('filter.channel')}
          value={filters.channel}
          options={choices.channels.map((channel) => [channel, term('channel', channel)])}
          pick={(channel) => change({ channel })}
        />
      )}
      {!without.includes('language') && (
        <Choice
          label={t('filter.language')}
          value={filters.language}
          options={choices.languages.map((tag) => [tag, languageText(tag)])}
          pick={(language) => change({ language })}
        />
      )}
      {props.list === true && <ListChoices filters={filters} change={change} />}
      {props.list !== true && !without.includes('interval') && <IntervalPicker {...props} />}
      <Clear {...props} />
    </section>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T | '';
  options: readonly (readonly [T, string])[];
  pick: (value: T | '') => void;
}

function Choice<T extends string>(props: ChoiceProps<T>) {
  const known = props.value === '' || props.options.some(([value]) => value === props.value);
  return (
    <label class="field">
      <span>{props.label}</span>
      <select
        value={props.value}
        data-on={props.value === '' ? undefined : true}
        onChange={(event) => props.pick(event.currentTarget.value as T | '')}
      >
        <option value="">{t('filter.all')}</option>
        {!known && <option value={props.value}>{props.value}</option>}
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function PeriodPicker({ choices, period, change }: FilterBarProps) {
  const [own, setOwn] = useState(false);
  const last = lastDay(choices);
  const days = daysBetween(period.from, period.to) + 1;
  const all = choices.first_day !== null && period.from === choices.first_day && period.to === last;
  const preset = period.to === last && LAST_DAYS.includes(days) ? String(days) : all ? 'all' : 'own';
  const pick = (value: string): void => {
    setOwn(value === 'own');
    if (value === 'all') change({ from: choices.first_day ?? '', to: last, interval: '' });
    else if (value !== 'own') change({ from: addDays(last, 1 - Number(value)), to: last, interval: '' });
  };
  const custom = own || preset === 'own';
  return (
    <div class="period">
      <label class="field">
        <span>{t('period.label')}</span>
        <select value={custom ? 'own' : preset} onChange={(event) => pick(event.currentTarget.value)}>
          {LAST_DAYS.map((n) => (
            <option key={n} value={String(n)}>
              {t('period.last', { n })}
            </option>
          ))}
          {choices.first_day !== null && <option value="all">{t('period.all')}</option>}
          <option value="own">{t('period.custom')}</option>
        </select>
      </label>
      {custom && (
        <>
          <DayField label={t('period.from')} value={period.from} pick={(from) => change({ from, to: period.to, interval: '' })} />
          <DayField label={t('period.to')} value={period.to} pick={(to) => change({ from: period.from, to, interval: '' })} />
        </>
      )}
    </div>
  );
}

function DayField(props: { label: string; value: string; pick: (day: string) => void }) {
  return (
    <label class="field day-field">
      <span>{props.label}</span>
      <input
        type="date"
        lang={locale()}
        required
        value={props.value}
        onChange={(event) => event.currentTarget.value !== '' && props.pick(event.currentTarget.value)}
      />
    </label>
  );
}

function IntervalPicker({ filters, period, change }: FilterBarProps) {
  const days = daysBetween(period.from, period.to) + 1;
  const offered: Interval[] = days <= 7 ? ['half_hour', 'day'] : ['day', 'week'];
  const chosen = filters.interval !== '' ? filters.interval : intervalFor(days);
  return (
    <fieldset class="segments">
      <legend>{t('filter.interval')}</legend>
      {offered.map((interval) => (
        <label key={interval}>
          <input type="radio" name="interval" checked={chosen === interval} onChange={() => change({ interval })} />
          <span>{t(`interval.${interval}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function ListChoices({ filters, change }: Pick<FilterBarProps, 'filters' | 'change'>) {
  const withOrWithout = [
    ['true', t('filter.with')],
    ['false', t('filter.without')],
  ] as const;
  const completeness = [
    ['true', t('filter.incomplete.true')],
    ['false', t('filter.incomplete.false')],
  ] as const;
  const measured = [
    ['true', t('filter.scored.true')],
    ['false', t('filter.scored.false')],
  ] as const;
  return (
    <>
      <Choice label={t('filter.scored')} value={filters.scored} options={measured} pick={(scored) => change({ scored })} />
      <Choice label={t('filter.missed')} value={filters.missed} options={withOrWithout} pick={(missed) => change({ missed })} />
      <Choice label={t('filter.gap')} value={filters.gap} options={withOrWithout} pick={(gap) => change({ gap })} />
      <Choice
        label={t('filter.quadrant')}
        value={filters.quadrant}
        options={QUADRANTS.map((quadrant) => [quadrant, term('figure', `${quadrant}_share`)])}
        pick={(quadrant) => change({ quadrant })}
      />
      <Choice label={t('filter.derived')} value={filters.derived} options={withOrWithout} pick={(derived) => change({ derived })} />
      <Choice label={t('filter.incomplete')} value={filters.incomplete} options={completeness} pick={(incomplete) => change({ incomplete })} />
    </>
  );
}

function Clear({ filters, change }: FilterBarProps) {
  const { queue, channel, language, scored, missed, gap, quadrant, derived, incomplete } = filters;
  if (queue + channel + language + scored + missed + gap + quadrant + derived + incomplete === '') return null;
  const none = { queue: '', channel: '', language: '', scored: '', missed: '', gap: '', quadrant: '', derived: '', incomplete: '' } as const;
  return (
    <button type="button" class="button text" onClick={() => change(none)}>
      {t('filter.clear')}
    </button>
  );
}
