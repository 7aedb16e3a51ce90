// The page's address holds page, filters and conversation; reading it is total, writing it gives the same back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalFor, listQuery, readFilters } from '../../src/dashboard/base/filters';
import { conversationHref, href, parseRoute, queryText } from '../../src/dashboard/base/route';

test('pages are found by their address', () => {
  assert.equal(parseRoute('').page, 'overview');
  assert.equal(parseRoute('#/nonsense').page, 'overview');
  assert.equal(parseRoute('#/conversations').page, 'conversations');
  assert.equal(parseRoute('#/definitions?x').page, 'definitions');
  const talk = parseRoute('#/conversations/17?queue=Loans');
  assert.deepEqual([talk.page, talk.id, talk.query.get('queue')], ['conversation', '17', 'Loans']);
});

test('a broken escape is an id that is not there, not a fault', () => {
  assert.equal(parseRoute('#/conversations/%E0%A4%A').id, '%E0%A4%A');
});

test('filters written are filters read', () => {
  const filters = readFilters(new URLSearchParams('from=2026-10-01&to=2026-10-28&queue=K%C3%B8+1%26&scored=true&gap=false'));
  const again = readFilters(parseRoute(href('conversations', listQuery(filters))).query);
  assert.deepEqual(again, filters);
  assert.equal(filters.queue, 'Kø 1&');
});

test('what cannot be is left out', () => {
  const filters = readFilters(new URLSearchParams('from=yesterday&to=2026-02-30&interval=year&scored=maybe'));
  assert.deepEqual([filters.from, filters.to, filters.interval, filters.scored], ['', '', '', '']);
});

test('empty values are not written', () => {
  assert.equal(queryText({ a: '', b: undefined }), '');
  assert.equal(conversationHref('1/2', { queue: '' }), '#/conversations/1%2F2');
});

test('long periods are shown by the week', () => {
  assert.deepEqual([7, 28, 35, 36, 400].map(intervalFor), ['day', 'day', 'day', 'week', 'week']);
});
