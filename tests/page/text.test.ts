// Spans are code points; the page shows UTF-16. Emoji, combining marks and pairs outside the basic plane must not shift them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codePointOffsets, cutAtSpans, sliceCodePoints } from '../../src/dashboard/base/text';

test('offsets count code points, not units', () => {
  assert.deepEqual(codePointOffsets(''), [0]);
  assert.deepEqual(codePointOffsets('a😀b'), [0, 1, 3, 4]);
  assert.deepEqual(codePointOffsets('e\u0301'), [0, 1, 2]);
});

test('a span after emoji and combining marks gives its own words', () => {
  const text = '👩‍👧 min so\u0308ster døde 😢 i fredags';
  const points = [...text];
  const start = points.indexOf('d', 8);
  assert.equal(sliceCodePoints(text, start, start + 4), 'døde');
});

test('ends beyond the text and reversed spans are harmless', () => {
  assert.equal(sliceCodePoints('abc', 1, 99), 'bc');
  assert.equal(sliceCodePoints('abc', -5, 2), 'ab');
  assert.equal(sliceCodePoints('abc', 2, 1), '');
});

test('overlapping spans cut the text at every edge and lose nothing', () => {
  const a = { start: 0, end: 6, label: 'a' };
  const b = { start: 4, end: 9, label: 'b' };
  const pieces = cutAtSpans('😀hello world', [a, b]);
  assert.deepEqual(
    pieces.map((piece) => [piece.text, piece.marks.map((mark) => mark.label).join('')]),
    [
      ['😀hel', 'a'],
      ['lo', 'ab'],
      [' wo', 'b'],
      ['rld', ''],
    ],
  );
  assert.equal(pieces.map((piece) => piece.text).join(''), '😀hello world');
});

test('empty and reversed spans mark nothing', () => {
  const pieces = cutAtSpans('abc', [
    { start: 1, end: 1 },
    { start: 3, end: 0 },
  ]);
  assert.deepEqual(pieces, [{ text: 'abc', marks: [] }]);
  assert.deepEqual(cutAtSpans('', [{ start: 0, end: 3 }]), []);
});
