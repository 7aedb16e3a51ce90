// Days and intervals in the site's time zone, over midnight and over the change of the clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotDays, slotLong, slotShort } from '../../src/dashboard/base/interval';
import { addDays, dayOf, daysBetween, isDay } from '../../src/dashboard/base/time';

const ZONE = 'Europe/Copenhagen';

test('the day of an instant is the site’s', () => {
  assert.equal(dayOf(new Date('2026-06-30T22:30:00Z'), ZONE), '2026-07-01');
  assert.equal(dayOf(new Date('2026-12-31T22:30:00Z'), ZONE), '2026-12-31');
});

test('days are counted on the calendar, also over the change of the clock', () => {
  assert.equal(addDays('2026-03-28', 2), '2026-03-30');
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
  assert.equal(daysBetween('2026-10-24', '2026-10-26'), 2);
});

test('only days that exist are days', () => {
  assert.ok(isDay('2028-02-29'));
  for (const text of ['2026-02-29', '2026-13-01', '26-01-01', '', '2026-01-01T00:00']) assert.ok(!isDay(text), text);
});

test('an interval covers its days, the end is not part of it', () => {
  const autumn = { start: '2026-10-24T22:00:00Z', end: '2026-10-25T23:00:00Z' };
  assert.deepEqual(slotDays(autumn, ZONE), { from: '2026-10-25', to: '2026-10-25' });
  const week = { start: '2026-11-01T23:00:00Z', end: '2026-11-08T23:00:00Z' };
  assert.deepEqual(slotDays(week, ZONE), { from: '2026-11-02', to: '2026-11-08' });
  assert.equal(slotShort('en-GB', week, 'week', ZONE), '2 Nov');
  assert.match(slotLong('en-GB', week, 'week', ZONE), /^2\s?[–-]\s?8 Nov 2026$/u);
});

test('a half hour bears the site’s clock', () => {
  const slot = { start: '2026-07-01T07:30:00Z', end: '2026-07-01T08:00:00Z' };
  assert.equal(slotShort('da-DK', slot, 'half_hour', ZONE).replace('.', ':'), '09:30');
});
