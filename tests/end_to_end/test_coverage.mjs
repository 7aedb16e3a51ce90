#!/usr/bin/env node
// test_coverage.mjs: what can be seen of what happened, on the real daemon: a record without its transcript, or a transcript without its
// record, waits and is then incomplete, never a zero; derived roles are listed apart; limits of [short_abandons] are the queues' own.
import { readFileSync, writeFileSync } from 'node:fs'
import { Daemon, drained, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, makeAccounts, PASSWORDS } = await import('./api.mjs')
const daemon = await Daemon.make({ sources: { incomplete_after: '1 h' }, short_abandons: { Slow: '10 s' }, numbers: { time_zone: 'UTC' } })
atEnd(() => daemon.finish())
const enqueue = (message) => sql(`select samtale.enqueue('pbx', '', '', decode('${Buffer.from(JSON.stringify(message)).toString('hex')}', 'hex'))`)
const DAY = '2026-03-02'
const leg = (queue, at, wait_ms, disposition, more = {}) => ({ queue, queued_at: at, wait_ms, disposition, ...more })
const record = (id, at, legs, more = {}) => ({ kind: 'record', id, channel: 'voice', direction: 'inbound', offered_at: at, legs, ...more })
const transcript = (id, at, parties, more = {}) => ({ kind: 'transcript', id, channel: 'voice', language: 'en', started_at: at, parties,
    turns: [{ i: 0, party: 0, start_ms: 0, end_ms: 4000, text: 'Good morning, how can I help you today?' },
        { i: 1, party: 1, start_ms: 4100, end_ms: 8000, text: 'I would like to know what my pension is worth.' }], ...more })
const answered = (at) => leg('Slow', at, 2000, 'answered', { answered_at: at, ended_at: at, talk_ms: 60000 })
const told = [{ role: 'agent' }, { role: 'customer' }]
let ann
const value = (figure) => [figure.value, figure.numerator, figure.denominator]
const listed = async (query) => (await ann.get(`/v1/conversations?from=${DAY}&to=${DAY}&${query}`)).json.items.map((i) => i.external_id).sort()

await test('parts of conversations arrive', async () => {
    const now = new Date().toISOString().replace(/\.\d+/, '')
    await daemon.start()
    makeAccounts(daemon)
    ann = await new Client(daemon.url).signIn('ann', PASSWORDS.ann)
    for (const message of [
        record('wordless', `${DAY}T10:00:00Z`, [answered(`${DAY}T10:00:10Z`)]),
        record('left', `${DAY}T10:01:00Z`, [leg('Slow', `${DAY}T10:01:00Z`, 8000, 'abandoned')]),
        record('left_other', `${DAY}T10:02:00Z`, [leg('Other', `${DAY}T10:02:00Z`, 8000, 'abandoned')]),
        transcript('alone', `${DAY}T10:03:00Z`, told),
        record('whole', `${DAY}T10:04:00Z`, [answered(`${DAY}T10:04:10Z`)]), transcript('whole', `${DAY}T10:04:10Z`, told),
        record('guessed', `${DAY}T10:05:00Z`, [answered(`${DAY}T10:05:10Z`)]),
        transcript('guessed', `${DAY}T10:05:10Z`, [{ role: 'agent', role_derived: true }, { role: 'customer', role_derived: true }]),
        record('fresh', now, [answered(now)])
    ]) enqueue(message)
    await drained()
    assert.equal(sql('select count(*) from samtale.conversation'), '7')
})
await test('coverage stands beside the figures: shares, what waits, what is incomplete', async () => {
    const { json } = await ann.get(`/v1/coverage?from=${DAY}&to=${DAY}`)
    assert.equal(json.incomplete_after_s, 3600)
    assert.equal(json.series.length, 1)
    for (const of of [json.totals, json.series[0]]) {
        assert.equal(of.conversations.value, 6)
        assert.deepEqual(value(of.transcript_share), [0.5, 3, 6])
        assert.deepEqual(value(of.role_share), [0.5, 3, 6])
        assert.deepEqual(value(of.derived_share), [1 / 3, 1, 3])
        assert.deepEqual([of.incomplete.value, of.without_record.value, of.without_transcript.value, of.waiting.value], [2, 1, 1, 0])
    }
    const all = (await ann.get(`/v1/coverage?from=${DAY}`)).json
    assert.deepEqual([all.totals.incomplete.value, all.totals.waiting.value], [2, 1], 'the fresh one still waits')
    assert.equal(all.series.length, 2)
    const none = (await ann.get(`/v1/coverage?from=2026-01-01&to=2026-01-01&queue=Slow&channel=voice`)).json
    assert.deepEqual([none.totals.conversations.value, none.totals.transcript_share.value, none.series], [0, null, []])
    const queue = (await ann.get(`/v1/coverage?from=${DAY}&to=${DAY}&queue=Slow`)).json
    assert.deepEqual([queue.totals.conversations.value, queue.totals.without_record.value], [4, 0])
})
await test('what is incomplete is no zero in another figure', async () => {
    const { json } = await ann.get(`/v1/overview?from=${DAY}&to=${DAY}&queue=Slow`)
    assert.equal(json.totals.opportunity.explored_share.value, null)
    assert.equal(json.totals.efficiency.handled.value, 3)
})
await test('incomplete ones and derived roles can be listed', async () => {
    assert.deepEqual(await listed('incomplete=true'), ['alone', 'wordless'])
    assert.deepEqual(await listed('incomplete=false'), ['guessed', 'left', 'left_other', 'whole'])
    assert.deepEqual(await listed('derived=true'), ['guessed'])
    assert.deepEqual(await listed('derived=false&scored=true'), ['alone', 'whole'])
    assert.equal((await ann.get('/v1/conversations?derived=perhaps')).status, 400)
    const page = (await ann.get(`/v1/conversations?from=${DAY}&to=${DAY}&derived=false&limit=1`)).json
    assert.equal((await ann.get(`/v1/conversations?from=${DAY}&to=${DAY}&derived=true&limit=1&cursor=${page.next_cursor}`)).status, 400, 'a cursor of another filter')
    const csv = await ann.get(`/v1/conversations?from=${DAY}&to=${DAY}&incomplete=true&format=csv`)
    assert.equal(csv.text.trim().split('\r\n').length, 3)
})
await test('SQL says the same', () => {
    sql("insert into samtale.bi_scope (role_name, team_id) values ('postgres', null)")
    assert.equal(sql(`select sum(conversations), sum(with_transcript), sum(with_derived_roles), sum(without_record), sum(without_transcript), sum(waiting)
        from bi.coverage_day`), '7|3|1|1|1|1')
})
await test('a late part makes it whole', async () => {
    enqueue(transcript('wordless', `${DAY}T10:00:10Z`, told))
    enqueue(record('alone', `${DAY}T10:03:00Z`, [answered(`${DAY}T10:03:10Z`)]))
    await drained()
    assert.deepEqual(await listed('incomplete=true'), [])
    assert.equal((await ann.get(`/v1/coverage?from=${DAY}&to=${DAY}`)).json.totals.incomplete.value, 0)
})
await test('a limit of [short_abandons] is the queue\'s own: in its row, in its legs and in the figures', async () => {
    assert.equal(sql("select string_agg(name || ' ' || short_abandon_ms, ', ' order by name) from samtale.queue where name <> ''"), 'Other 5000, Slow 10000')
    assert.equal(sql(`select string_agg(k.name || ' ' || samtale.disposition_name(l.disposition), ', ' order by k.name) from samtale.leg l join samtale.queue k using (queue_id)
        where l.disposition in (2, 3)`), 'Other abandoned, Slow short_abandon')
    const figures = async (queue) => (await ann.get(`/v1/overview?from=${DAY}&to=${DAY}&queue=${queue}`)).json.totals.efficiency
    assert.deepEqual([(await figures('Slow')).abandoned.value, (await figures('Slow')).short_abandoned.value], [1, 1])
    assert.deepEqual([(await figures('Other')).abandoned.value, (await figures('Other')).short_abandoned.value], [1, 0])
})
await test('a changed limit reaches the queues after SIGHUP, and those that come later', async () => {
    writeFileSync(daemon.config, readFileSync(daemon.config, 'utf8').replace('Slow = 10 s', 'Slow = 7 s\nLate = 9 s'))
    daemon.child.kill('SIGHUP')
    await until(() => sql("select short_abandon_ms from samtale.queue where name = 'Slow'") === '7000', 'the row has the new limit')
    enqueue(record('late', `${DAY}T11:00:00Z`, [leg('Late', `${DAY}T11:00:00Z`, 8000, 'abandoned')]))
    enqueue(record('left2', `${DAY}T11:01:00Z`, [leg('Slow', `${DAY}T11:01:00Z`, 8000, 'abandoned')]))
    await drained()
    assert.equal(sql("select short_abandon_ms from samtale.queue where name = 'Late'"), '9000')
    assert.equal(sql(`select string_agg(c.external_id || ' ' || samtale.disposition_name(l.disposition), ', ' order by c.external_id) from samtale.leg l
        join samtale.conversation c using (conversation_id) where c.external_id in ('late', 'left2')`), 'late short_abandon, left2 abandoned')
    assert.doesNotThrow(() => run(['verify', '--config', daemon.config], { stdio: 'pipe' }))
})
await done()
