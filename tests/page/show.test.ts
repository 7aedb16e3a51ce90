// What people read: null is never 0, and every language holds the same texts with the same places to fill.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeText, surveyText } from '../../src/dashboard/base/answers';
import { clock, latency, percent } from '../../src/dashboard/base/format';
import { layTurns, ticks } from '../../src/dashboard/base/lanes';
import { groupMeasures, measureText } from '../../src/dashboard/base/measures';
import { figureText, restsOn } from '../../src/dashboard/base/show';
import type { Figure } from '../../src/dashboard/base/types';
import { seriesOption } from '../../src/dashboard/charts/series_option';
import { fill, initialLocale } from '../../src/dashboard/i18n';
import { da } from '../../src/dashboard/i18n/da';
import { daTerms } from '../../src/dashboard/i18n/da_terms';
import { en } from '../../src/dashboard/i18n/en';
import { enTerms } from '../../src/dashboard/i18n/en_terms';
import { nb } from '../../src/dashboard/i18n/nb';
import { nbTerms } from '../../src/dashboard/i18n/nb_terms';
import { sv } from '../../src/dashboard/i18n/sv';
import { svTerms } from '../../src/dashboard/i18n/sv_terms';

const figure = (value: number | null, unit: Figure['unit'], numerator: number | null, denominator: number | null): Figure => ({
  value,
  unit,
  numerator,
  denominator,
});

test('null is "not measured", or "no occasion" over nothing; never 0', () => {
  assert.equal(figureText(figure(null, 'ratio', null, null)), 'not measured');
  assert.equal(figureText(figure(null, 'ratio', 0, 0)), 'no occasion');
  assert.equal(figureText(figure(0, 'ratio', 0, 12)), '0.0%');
});

test('a figure stands with what it rests on', () => {
  assert.equal(figureText(figure(118 / 146, 'ratio', 118, 146)), '80.8%');
  assert.equal(restsOn(figure(118 / 146, 'ratio', 118, 146)), '118 of 146');
  assert.equal(figureText(figure(283.4, 's', 41376.4, 146)), '4:43');
  assert.equal(restsOn(figure(160, 'count', null, null)), '');
});

test('durations', () => {
  assert.deepEqual([0, 59_499, 59_500, 247_000, 3_729_000, -61_000].map(clock), ['0:00', '0:59', '1:00', '4:07', '1:02:09', '−1:01']);
  assert.equal(latency('en-GB', 3_400), '3.4 secs');
  assert.equal(percent('da-DK', 0.783).replace(/\s/gu, ' '), '78,3 %');
});

test('texts are filled and counted in the manner of the language', () => {
  assert.equal(fill('{n} turn|{n} turns', { n: 1 }, 'en-GB'), '1 turn');
  assert.equal(fill('{n} turn|{n} turns', { n: 0 }, 'en-GB'), '0 turns');
  assert.equal(fill('{a} of {b}', { a: '1' }, 'en-GB'), '1 of {b}');
});

test('the first language that the page has is taken', () => {
  assert.equal(initialLocale(null, ['fi', 'nn-NO', 'da']), 'nb');
  assert.equal(initialLocale('sv', ['da']), 'sv');
  assert.equal(initialLocale('xx', ['fi']), 'en');
});

const places = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
for (const [name, texts, english] of [
  ['da', { ...da, ...daTerms }, { ...en, ...enTerms }],
  ['nb', { ...nb, ...nbTerms }, { ...en, ...enTerms }],
  ['sv', { ...sv, ...svTerms }, { ...en, ...enTerms }],
] as const) {
  test(`${name}: every text is there, translated or the same on purpose, with the same places`, () => {
    for (const [key, text] of Object.entries<string>(texts)) {
      const original = (english as Record<string, string>)[key] ?? '';
      assert.ok(text.trim() !== '', key);
      const one = (value: string): string => places(value.split('|')[0] ?? '');
      assert.equal(one(text), one(original), key);
    }
  });
}

test('a gap in the series stays a gap', () => {
  const point = (value: number | null) => ({ label: '', value, tip: '' });
  const colours = { line: '#000', text: '#000', quiet: '#000', rule: '#000', surface: '#fff' };
  const spec = { points: [point(0.5), point(null), point(0)], scale: 'share' as const, bars: false, axisText: String, colours, font: 'x' };
  const [series] = seriesOption(spec)['series'] as { data: unknown[]; connectNulls: boolean }[];
  assert.deepEqual(series?.data, [0.5, null, 0]);
  assert.equal(series?.connectNulls, false);
});

test('turns are laid by time, or in order where a time is missing', () => {
  const turn = (i: number, role: string, start_ms: number | null, end_ms: number | null) => ({ i, party: 0, role, start_ms, end_ms, text: 'abc' });
  const timed = layTurns([turn(0, 'agent', 0, 1000), turn(1, 'customer', 1000, 4000)]);
  assert.deepEqual([timed.timed, timed.blocks[1]?.from, timed.blocks[1]?.to], [true, 0.25, 1]);
  const untimed = layTurns([turn(0, 'agent', 0, 1000), turn(1, 'bot', null, null)]);
  assert.deepEqual([untimed.timed, untimed.blocks[1]?.from, untimed.blocks[1]?.lane], [false, 0.5, 'other']);
  assert.deepEqual(ticks(45_000), [0, 10_000, 20_000, 30_000, 40_000]);
  assert.deepEqual(ticks(20_100), [0, 10_000]);
  assert.ok(ticks(40 * 3_600_000).length <= 8);
  assert.deepEqual(layTurns([]).blocks, []);
});

test('survey answers and outcomes in words; what is unknown is not said', () => {
  assert.equal(surveyText({ id: 's', nps: 9, csat: { score: 4, min: 1, max: 5 }, ces: null }), 'NPS 9 · CSAT 4 (1–5)');
  assert.equal(surveyText({ nps: null }), '');
  assert.equal(outcomeText({ resolved: false, churned: null, sold: true, amount_minor: 120050, currency: 'DKK' }).replace(/\s/gu, ' '), 'Not resolved · Sold DKK 1,200.50');
  assert.equal(outcomeText({ sold: true, amount_minor: 500, currency: 'JPY' }).replace(/\s/gu, ' '), 'Sold JPY 500');
  assert.equal(outcomeText({ sold: true, amount_minor: 500, currency: 'crowns' }), 'Sold 500 crowns');
});

test('measures are grouped, said in words, and none is left out', () => {
  const measures = { questions_open: 0, end_mood: -1, resolved: 1, peak_met: null, agent_talk_ms: 61000, response_ms: 0, responses: 0, brand_new: 7 };
  const groups = groupMeasures(measures);
  assert.deepEqual(groups.flatMap(({ names }) => names).sort(), Object.keys(measures).sort());
  assert.deepEqual(groups.at(-1), { title: 'measures.other', names: ['brand_new'] });
  assert.deepEqual(
    Object.keys(measures).map((name) => measureText(name, measures)),
    ['0', 'displeased', 'yes', 'not measured', '1:01', 'no occasion', '0', '7'],
  );
});
