// What the page says of trust, against published values and those of tests/unit/test_kpi.c: the page and the room kpi are one formula.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf, intervalOf, isSmall, wilson } from '../../src/dashboard/base/trust';

const near = (found: number | undefined, wanted: number) => assert.ok(Math.abs((found ?? NaN) - wanted) < 5e-5, `${found}, wanted ${wanted}`);

test('Wilson: Newcombe 1998, table I', () => {
  for (const [part, whole, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    near(wilson(part, whole)?.[0], low);
    near(wilson(part, whole)?.[1], high);
  }
  assert.equal(wilson(0, 0), null);
  assert.equal(wilson(3, 2), null);
});
test('only shares of what is counted have an interval, and few of it is a small sample', () => {
  const figure = { value: 0.5, unit: 'ratio' as const, numerator: 10, denominator: 20 };
  assert.ok(intervalOf(figure) !== null && isSmall(figure));
  assert.equal(intervalOf({ ...figure, numerator: 10.5 }), null);
  assert.equal(intervalOf({ ...figure, unit: 's' }), null);
  assert.equal(intervalOf({ ...figure, interval: null }), null, 'the API says that it has none');
  assert.equal(isSmall({ ...figure, denominator: 30 }), false);
  assert.equal(isSmall({ ...figure, value: null, denominator: 0 }), false);
});
test('a chart of noise is steady, its limits are Wheeler’s', () => {
  const chart = chartOf([10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 11, null, 11]);
  assert.ok(chart !== null);
  assert.deepEqual([chart.middle, chart.base], [11, 12]);
  near(chart.low, 11 - 2.66 * 2);
  near(chart.high, 11 + 2.66 * 2);
  assert.deepEqual(chart.signals.filter((signal) => signal !== null), []);
});
test('what stands out is found: beyond the limits, a run, a jump; a gap is none', () => {
  const steady = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12];
  assert.equal(chartOf([...steady, 20])?.signals[12], 'beyond');
  assert.equal(chartOf([...steady, ...Array.from({ length: 8 }, () => 11.5)])?.signals[19], 'run');
  assert.equal(chartOf([...steady, 15, null, 8])?.signals[14], 'jump');
  assert.equal(chartOf([...steady, null])?.signals[12], null);
  assert.equal(chartOf([1, 2, 3, 4, 5, 6, 7]), null, 'too few points');
  assert.deepEqual(chartOf([5, 5, 5, 5, 5, 5, 5, 5])?.signals.filter((signal) => signal !== null), [], 'what never moves is steady');
});
