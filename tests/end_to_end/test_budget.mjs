// test_budget.mjs: the AHT budget on the real daemon: half hours whose figures Erlang's formulas are published for, targets and plans set by the commands,
// and each reason for which no budget is shown.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { needPostgres, run, sql } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, failing, makeAccounts, makeToken, startDaemon } = await import('./api.mjs')

let daemon, reader
atEnd(() => daemon?.stop())
const set = (...words) => run([...words, '--config', daemon.config])
const plan = (queue, text, ...more) => {
    const file = path.join(process.env.SAMTALE_TEST_DIR, 'plan.csv')
    writeFileSync(file, text)
    return run(['staffing', 'set', queue, file, ...more, '--config', daemon.config])
}
// Monday 5 October 2026, 08:00 to 18:00 in Copenhagen: 100 calls of 300 s each half hour, patience 120 s, 88 of 100 answered in 20 s
const day = ({ answered_in = 88, abandoned = 4, wait_s = 480, handled = 96, talk_s = 96 * 300 } = {}) => sql(`
    delete from samtale.rollup_half_hour;
    insert into samtale.rollup_half_hour (half_hour, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms, wait_abandoned_ms,
        waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations, with_transcript, scored, with_roles, queue_id, channel)
    select h, 100, 100 - ${abandoned}, ${abandoned}, 0, 0, ${answered_in}, 0, 0, ${wait_s * 1000}, 100 - ${abandoned}, ${abandoned}, ${handled}, ${talk_s * 1000}, 0, 0, 0, 0, 100, 0, 0, 0, k.queue_id, 1
    from samtale.queue k, generate_series(timestamptz '2026-10-05 06:00Z', timestamptz '2026-10-05 15:30Z', interval '30 minutes') as h where k.name = 'Sales'`)
const budget = async (query = 'queue=Sales&from=2026-10-05&to=2026-10-05') => (await reader.get(`/v1/budget?${query}`)).json
const near = (found, wanted, within, what) => assert.ok(Math.abs(found - wanted) <= within, `${what}: ${found}, wanted ${wanted} +- ${within}`)

await test('a daemon with a queue, its target and its plan', async () => {
    daemon = await startDaemon()
    makeAccounts(daemon)
    reader = new Client(daemon.url, { Authorization: `Bearer ${makeToken(daemon, 'anna', 'read')}` })
    sql(`insert into samtale.queue (name) values ('Sales'), ('Service')`)
    day()
    set('target', 'set', 'service_level', '95%', '--from', '2026-01-01')
    set('target', 'set', 'service_level', '0.8', '--queue', 'Sales', '--from', '2026-01-01')
    plan('Sales', '# all week\n1-7,08:00,18:00,20\n', '--from', '2026-01-01')
})
await test('the published half hour has its published budget', async () => {
    const b = await budget()
    assert.equal(b.target.value, 0.8)
    near(b.patience.value, 120, 1e-9, 'patience')
    near(b.total.expected.value, 0.8781, 5e-5, 'expected')
    near(b.total.observed.value, 0.88, 1e-12, 'observed')
    near(b.total.budget.value, 29, 0.5, 'budget by Erlang A')
    near(b.total.cautious.value, -11, 0.5, 'budget by Erlang C')
    near(b.total.dialogue_time.value, (b.total.budget.value * 2000) / 3600, 1e-9, 'hours of dialogue')
    near(b.total.break_even.value, b.total.budget.value / (300 + b.total.budget.value), 1e-9, 'break-even')
    assert.equal(b.total.calls, 2000)
    assert.equal(b.fit.intervals, 20)
    assert.equal(b.days.length, 1)
    assert.equal(b.days[0].budget.value, b.total.budget.value)
    near(b.intervals[7].budget.value, 29, 0.5, 'budget of a half hour')
    assert.equal(b.intervals[7].agents.value, 20)
    assert.deepEqual([b.spent.from, b.spent.to, b.spent.aht.present, b.spent.aht.former, b.spent.aht.value, b.spent.break_even.value], ['2026-10-04', '2026-10-04', 300, null, null, null])
})
await test('a later plan holds from its day, and half agents count', async () => {
    plan('Sales', '1,08:00,12:15,20\n1,12:15,18:00,19.5\n', '--from', '2026-10-01')
    const b = await budget()
    assert.deepEqual(b.intervals.map((v) => v.agents.value).slice(7, 10), [20, 19.75, 19.5])
    assert.ok(b.total.budget.value < 28)
    plan('Sales', '1-7,08:00,18:00,20\n', '--from', '2026-10-01')
})
await test('a target holds for its days', async () => {
    set('target', 'set', 'service_level', '0.9', '--queue', 'Sales', '--from', '2026-10-05', '--to', '2026-10-05')
    assert.equal((await budget()).target.value, 0.9)
    assert.equal((await budget('queue=Sales&from=2026-10-06&to=2026-10-06')).target.value, 0.8)
    assert.equal((await budget('queue=Service&from=2026-10-06&to=2026-10-06')).target.value, 0.95)
    assert.equal((await budget('queue=Service&from=2025-10-06&to=2025-10-06')).target.hidden, 'no_target')
    const b = await budget()
    assert.ok(b.total.budget.value < 0, 'a target that is missed leaves less than nothing')
    assert.equal(b.total.break_even.hidden, 'no_room')
    set('target', 'set', 'service_level', '0.8', '--queue', 'Sales', '--from', '2026-10-05')
})
await test('what cannot be told is hidden with its reason', async () => {
    const hidden = async (change) => {
        day(change)
        const { total } = await budget()
        assert.equal(total.budget.value, null)
        return total.budget.hidden
    }
    assert.equal(await hidden({ answered_in: 60 }), 'poor_fit')
    assert.equal(await hidden({ abandoned: 0, wait_s: 0 }), 'nobody_abandoned')
    assert.equal(await hidden({ handled: 0, talk_s: 0 }), 'no_handle_time')
    day()
    assert.equal((await budget('queue=Service&from=2026-10-05&to=2026-10-05')).total.budget.hidden, 'no_calls')
    sql('update samtale.rollup_half_hour set queue_id = (select queue_id from samtale.queue where name = \'Service\')')
    assert.equal((await budget('queue=Service&from=2026-10-05&to=2026-10-05')).total.budget.hidden, 'no_staffing')
    day()
    sql(`delete from samtale.rollup_half_hour where half_hour > '2026-10-05 08:00Z'`)
    assert.equal((await budget()).total.budget.hidden, 'too_few_intervals')
    day()
    plan('Sales', '1-7,08:00,18:00,0\n', '--from', '2026-10-02')
    assert.equal((await budget()).total.cautious.hidden, 'target_out_of_reach', 'with nobody there no target is reached')
    sql('delete from samtale.target')
    assert.equal((await budget()).total.budget.hidden, 'no_target')
})
await test('wrong questions and wrong plans are told', async () => {
    assert.equal((await reader.get('/v1/budget')).status, 400)
    assert.equal((await reader.get('/v1/budget?queue=Sales&queue=Service')).status, 400)
    assert.equal((await reader.get('/v1/budget?queue=Nowhere')).status, 404)
    assert.equal((await reader.get('/v1/budget?queue=Sales&from=2026-01-01&to=2026-03-01')).status, 400)
    assert.equal((await new Client(daemon.url).get('/v1/budget?queue=Sales')).status, 401)
    const refused = (...words) => failing([...words, '--config', daemon.config]).stderr
    assert.match(refused('target', 'set', 'service_level', '0.8', '--queue', 'Nowhere'), /there is no queue Nowhere/)
    assert.match(refused('target', 'set', 'service_levle', '0.8'), /there is no figure service_levle/)
    assert.match(refused('target', 'set', 'aht', '0.8', '--from', '2026-02-01', '--to', '2026-01-01'), /is before the first/)
    const wrong = (text) => failing(['staffing', 'set', 'Sales', '-', '--config', daemon.config], text).stderr
    assert.match(wrong('1-5,08:00,18:00,3\n8,08:00,18:00,3\n'), /-:2: "8" is no weekday/)
    assert.match(wrong('1,18:00,08:00,3\n'), /-:1: from and to/)
    assert.match(wrong('1,08:00,24:30,3\n'), /-:1: from and to/)
    assert.match(wrong('1,08:00,24:00,many\n'), /-:1: "many" is no number/)
    assert.match(wrong('1,08:00,24:00,3,4\n'), /-:1: four fields/)
    assert.match(wrong('# nothing\n'), /holds no plan/)
    assert.match(set('staffing', 'list'), /Sales +2026-10-01 +7 +08:00 +18:00 +20/)
})
await done()
