#!/usr/bin/env node
// The way of a message from the queue to its rows, with the real daemon and a real server: order and repetition play no role, older versions
// never win, a message that the database refuses is found and its neighbours are stored, one that kills the daemon is put aside, a database
// that cannot be written is waited for.
import { readFileSync } from 'node:fs'
import { Daemon, drained, empty, needPostgres, pause, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, test } from '../lib/tap.mjs'
import { shuffle, chanceOf } from '../lib/messages.mjs'

await needPostgres(import.meta.url)
const hex = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('hex')
const enqueue = (messages) => sql(messages.map((m) => `select samtale.enqueue('', '', '', decode('${hex(m)}', 'hex'));`).join('\n'))
const number = (query) => Number(sql(query))
// the night would find sums that differ in the middle of a test
const daemon = await Daemon.make({ ingest: { poll: '5 ms' }, nightly: { at: '86340 s' } })
atEnd(() => daemon.finish())

const record = (id, more = {}) => ({ kind: 'record', source: 'pbx', id, updated_at: '2026-03-01T10:00:00Z', channel: 'voice', direction: 'inbound', language: 'da',
    customer: { phone: '20345678', country: 'DK' }, offered_at: '2026-03-01T09:58:00Z', ended_at: '2026-03-01T10:05:00Z',
    parties: [{ id: 'a1', role: 'agent', name: 'Anna', team: 'north' }, { id: 'k', role: 'customer' }],
    legs: [{ queue: 'loans', agent: 'a1', team: 'north', queued_at: '2026-03-01T09:58:00Z', answered_at: '2026-03-01T09:58:30Z', ended_at: '2026-03-01T10:05:00Z',
        wait_ms: 30000, talk_ms: 380000, hold_ms: 10000, wrap_ms: 20000, disposition: 'answered' }], ...more })
const words = (id, more = {}) => ({ kind: 'transcript', source: 'pbx', id, updated_at: '2026-03-01T10:06:00Z', channel: 'voice', language: 'da',
    parties: [{ id: 'a1', role: 'agent', name: 'Anna' }, { id: 'k', role: 'customer' }],
    turns: [{ i: 0, party: 'a1', speaker: 'agent', start_ms: 0, end_ms: 2000, text: 'Goddag, du taler med Anna, hvad kan jeg hjælpe med?' },
        { i: 1, party: 'k', speaker: 'customer', start_ms: 2500, end_ms: 9000, text: 'Jeg vil bare høre hvad der står på min pension, mit nummer er 20 34 56 78.' },
        { i: 2, party: 'a1', speaker: 'agent', start_ms: 9500, end_ms: 12000, text: 'Det er 736.456 kroner. Var der andet?' }], ...more })
const survey = (id, part, more = {}) => ({ kind: 'survey', source: 'pbx', id, survey: { id: part, nps: 9, csat: { score: 4, min: 1, max: 5 }, answered_at: '2026-03-02T08:00:00Z' }, ...more })

const canonical = readFileSync(new URL('../lib/canonical.sql', import.meta.url), 'utf8')
const stored = () => sql(canonical).split('\n').filter(Boolean).sort()

await daemon.start()

test('a conversation in three parts becomes one, masked and scored', async () => {
    enqueue([record('c1'), words('c1'), survey('c1', 's1')])
    await drained()
    assert.equal(sql('select external_id, scored, turns, wait_ms, handle_ms, channel from samtale.conversation'), 'c1|t|3|30000|410000|1')
    assert.equal(number('select count(*) from samtale.part'), 3)
    assert.equal(sql("select count(*) from samtale.part where body like '%20 34 56 78%' or body like '%20345678%'"), '0')
    assert.equal(sql("select (body::jsonb #>> '{turns,1,text}') like '%## ## ## ##.' from samtale.part where kind = 2"), 't')
    assert.equal(sql('select nps_promoters, csat_top from samtale.rollup_outcome'), '1|1')
    assert.equal(sql('select offered, half_hour from samtale.rollup_half_hour where offered <> 0'), '1|2026-03-01 09:30:00+00')
    assert.equal(sql('select answered, answered_in, handled, talk_ms, conversations, scored, half_hour from samtale.rollup_half_hour where answered <> 0'),
        '1|0|1|380000|1|1|2026-03-01 10:00:00+00')
    assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
})

test('any order, any repetition, any grouping stores the same', async () => {
    const late = '2026-03-01T11:00:00Z'
    const messages = []
    for (let i = 0; i < 12; i++) {
        const id = `o${i}`
        messages.push(record(id), words(id), survey(id, 's1'), survey(id, 's2', { version: 1 }))
        messages.push(record(id, { updated_at: '2026-03-01T09:00:00Z', legs: [] }), words(id, { updated_at: '2026-03-01T09:00:00Z', turns: [] }))
        if (i % 3 === 0) messages.push(record(id, { updated_at: late, language: 'nb' }), record(id, { updated_at: late, language: 'sv' }), record(id, { updated_at: late, language: 'en' }))
        if (i % 4 === 0) messages.push({ kind: 'outcome', source: 'pbx', id, outcome: { id: 'x', resolved: true, sold: { amount: 12.5, currency: 'DKK' } } })
    }
    empty()
    enqueue(messages)
    await drained()
    const once = stored()
    assert.ok(once.length > 100)
    assert.equal(number('select count(*) from samtale.part_conflict'), 8)
    assert.equal(number('select count(*) from samtale.conversation where flags & 4 <> 0'), 4)
    const chance = chanceOf(7)
    for (let round = 0; round < 4; round++) {
        empty()
        const again = shuffle([...messages, ...messages.filter(() => chance() < 0.5)], chance)
        while (again.length) {
            enqueue(again.splice(0, 1 + Math.floor(chance() * 60)))
            if (chance() < 0.5) await drained()
        }
        await drained()
        assert.deepEqual(stored(), once)
        assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
    }
})

const counted = async (name) => {
    const text = await (await fetch(`${daemon.url}/metrics`)).text()
    return Number(new RegExp(`^samtale_${name} (\\d+)$`, 'm').exec(text.replaceAll('{reason="', '_').replaceAll('"}', ''))[1])
}
const scorings = async () => ({ first: await counted('scorings_total_first'), changed: await counted('scorings_total_changed'), kept: await counted('scores_kept_total') })
const since = (now, before) => Object.fromEntries(Object.keys(now).map((k) => [k, now[k] - before[k]]))

test('what changes nothing that scoring reads leaves the score as it is; what does is scored again', async () => {
    empty()
    const backwards = { parties: [{ id: 'k', role: 'customer' }, { id: 'a1', role: 'agent', name: 'Anna' }] } // the record's parties come first once it is there
    const step = async (...messages) => {
        const before = await scorings()
        enqueue(messages)
        await drained()
        assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
        return since(await scorings(), before)
    }
    assert.deepEqual(await step(words('s1', backwards), words('s2')), { first: 2, changed: 0, kept: 0 })
    assert.deepEqual(await step(record('s1'), record('s2')), { first: 0, changed: 0, kept: 2 })
    assert.deepEqual(await step(survey('s1', 'x')), { first: 0, changed: 0, kept: 1 })
    assert.deepEqual(await step(record('s1', { updated_at: '2026-03-01T12:00:00Z', legs: [] })), { first: 0, changed: 0, kept: 1 })
    assert.deepEqual(await step(record('s2', { updated_at: '2026-03-01T12:00:00Z', channel: 'chat' })), { first: 0, changed: 1, kept: 0 })
    const apart = stored()
    empty()
    await step(record('s1', { updated_at: '2026-03-01T12:00:00Z', legs: [] }), words('s1', backwards), survey('s1', 'x'))
    await step(record('s2', { updated_at: '2026-03-01T12:00:00Z', channel: 'chat' }), words('s2'))
    assert.deepEqual(apart, stored())
    assert.deepEqual(await step(words('s1', { updated_at: '2026-03-01T13:00:00Z', turns: words('s1').turns.slice(0, 2) })), { first: 0, changed: 1, kept: 0 })
    assert.equal(sql("select count(*) from samtale.conversation c where not exists (select from samtale.finding f where f.conversation_id = c.conversation_id)"), '0')
    sql("delete from samtale.part where conversation_id = (select conversation_id from samtale.conversation where external_id = 's2')")
    assert.deepEqual(await step(survey('s2', 'x')), { first: 0, changed: 0, kept: 0 }) // nothing is left that could be compared, nor scored
    assert.equal(sql("select (select count(*) from samtale.dead_letter), scored, unscored_reason from samtale.conversation where external_id = 's2'"), '0|f|no_transcript')
})

test('a part that stays, marked as disputed by another content of its version, is one part still', async () => {
    empty()
    const contents = [record, (id) => record(id, { language: 'sv' })]
    for (const first of [0, 1]) { // one of them wins whichever comes first: once it is the one that is stored
        enqueue([contents[first](`e${first}`), words(`e${first}`)])
        await drained()
        enqueue([contents[1 - first](`e${first}`)])
        await drained()
    }
    assert.equal(sql('select count(*), bool_and(scored), count(distinct declared_language) from samtale.conversation'), '2|t|1')
    assert.equal(sql('select count(*), bool_and(conflict) from samtale.part where kind = 1'), '2|t')
    assert.equal(number('select count(*) from samtale.part_conflict'), 2)
    assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
})

test('what cannot be read becomes a dead letter with its reason, its neighbours are stored', async () => {
    empty()
    enqueue(['no JSON', record('n1'), { kind: 'record', source: 'pbx' }, record('n2'), '{"kind":"record"'])
    await drained()
    assert.equal(number('select count(*) from samtale.conversation'), 2)
    assert.equal(sql("select count(*), count(distinct reason), bool_and(code = 'bad_input') from samtale.dead_letter"), '3|3|t')
    assert.equal(sql("select count(*) from samtale.dead_letter where body = 'no JSON'"), '1')
    const list = run(['dead-letter', 'list', '--config', daemon.config]).split('\n').filter(Boolean)
    assert.equal(list.length, 3)
    assert.equal(run(['dead-letter', 'list', '--limit', '1', '--config', daemon.config]), `${list[0]}\n`)
    const id = sql("select dead_letter_id from samtale.dead_letter where body = 'no JSON'")
    assert.match(run(['dead-letter', 'show', '--config', daemon.config, id]), /unknown format/)
    assert.equal(run(['dead-letter', 'show', '--config', daemon.config, '--body', id]), 'no JSON')
    assert.throws(() => run(['dead-letter', 'show', '--config', daemon.config, '999999'], { stdio: 'pipe' }), /there is no dead letter 999999/)
})

test('one agent under several names in one batch is one agent, under one of them', async () => {
    empty()
    const call = (id, name) => ({ kind: 'record', source: 'names', id, channel: 'voice', offered_at: '2026-03-01T10:00:00Z', parties: [{ id: 'n1', role: 'agent', name }] })
    enqueue([...Array(60).keys()].map((i) => call(`n${i}`, ['Anna', 'Berit', 'Anna Berit'][i % 3])))
    await drained(20)
    assert.equal(sql("select count(*), count(distinct p.agent_id) from samtale.party p join samtale.conversation c using (conversation_id) where c.external_id ~ '^n[0-9]+$'"), '60|1')
    assert.match(sql("select display_name from samtale.agent where name = 'n1'"), /^(Anna|Berit|Anna Berit)$/) // a batch takes the greatest of its own; the last batch may be short
    enqueue([call('n61', 'Anna')])
    await drained(20)
    assert.equal(sql("select display_name from samtale.agent where name = 'n1'"), 'Anna') // a later one replaces it
    assert.equal(number('select count(*) from samtale.dead_letter'), 0)
    await daemon.ready(5)
})

test('a message that the database refuses is found by halving', async () => {
    empty()
    sql("alter table samtale.conversation add constraint refused check (external_id not like 'poison%')")
    const messages = [...Array(150).keys()].map((i) => record([30, 31, 140].includes(i) ? `poison${i}` : `h${i}`))
    enqueue(messages)
    await drained()
    sql('alter table samtale.conversation drop constraint refused')
    assert.equal(number('select count(*) from samtale.conversation'), 147)
    assert.equal(sql("select string_agg(distinct code, ' '), count(*) from samtale.dead_letter"), 'sqlstate:23514|3')
    assert.equal(sql("select string_agg(convert_from(body, 'UTF8')::jsonb ->> 'id', ' ' order by dead_letter_id) is not null from samtale.dead_letter"), 't')
    assert.deepEqual(sql("select convert_from(body, 'UTF8')::jsonb ->> 'id' from samtale.dead_letter").split('\n').sort(), ['poison140', 'poison30', 'poison31'])
    assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
})

test('a database that cannot be written is waited for', async () => {
    empty()
    sql("alter role samtale_daemon set default_transaction_read_only = on; alter database samtale set default_transaction_read_only = on")
    sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'samtaled%'")
    sql("begin; set transaction read write; select samtale.enqueue('', '', '', decode('" + hex(record('r1')) + "', 'hex')); commit")
    await until(() => daemon.said().includes('25006') || daemon.said().includes('read-only'), 'the daemon met the read-only database')
    sql("begin; set transaction read write; alter role samtale_daemon reset default_transaction_read_only; alter database samtale reset default_transaction_read_only; commit")
    await drained() // sessions that were opened meanwhile would stay read-only: the daemon opens others
    assert.equal(sql('select external_id from samtale.conversation'), 'r1')
    assert.equal(number('select count(*) from samtale.dead_letter'), 0)
})

test('asleep it is woken by a notification, and the backlog is known without counting', async () => {
    await until(() => sql('select bool_and(asleep) from samtale.inbox_state') === 't', 'the daemon sleeps')
    enqueue([record('w1')])
    await until(() => sql("select count(*) from samtale.conversation where external_id = 'w1'") === '1', 'it was stored')
    await until(() => sql('select samtale.backlog(0::smallint)') === '0', 'the backlog is 0 again')
    sql("begin; select count(samtale.enqueue('', '', '', decode('00', 'hex'))) from generate_series(1, 50); rollback")
    await until(() => sql('select samtale.backlog(0::smallint)') === '0', 'ids that were never committed do not stay in the backlog')
})

test('stopped in order it leaves the queue in order; a message that stops it three times is put aside', async () => {
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
    assert.equal(sql('select bool_or(running) from samtale.inbox_state'), 'f')
    empty()
    // as daemons that ended unclean left it, three of them while this message was alone at work
    sql("update samtale.inbox_state set running = true")
    enqueue([record('k1'), record('k2')])
    sql("update samtale.inbox set attempts = 3 where id = (select min(id) from samtale.inbox)")
    await daemon.start()
    await drained()
    assert.equal(sql('select external_id from samtale.conversation'), 'k2')
    assert.equal(sql('select code, attempts from samtale.dead_letter'), 'crashed|4')
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
})

test('a schema that is not this program\'s stops it at once, with a reason', async () => {
    sql("insert into samtale.migration (n, name) values (9999, 'of_the_future')")
    await daemon.start(false)
    assert.equal(await daemon.ended, 1)
    assert.match(daemon.said(), /schema 9999, this program knows/)
    sql('delete from samtale.migration where n = 9999')
    await pause(1)
})
