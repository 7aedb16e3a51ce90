#!/usr/bin/env node
// odd: what figures make of clocks that differ, waits below nothing, a queue that is renamed in the middle of a month, an agent who changes team, days of 23 and 25
// hours, one call and none; and that nothing which is no number leaves the database.
import { Daemon, drained, needPostgres, pause, run, sql } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, makeAccounts, PASSWORDS } = await import('./api.mjs')
const daemon = await Daemon.make({ numbers: { time_zone: 'Europe/Copenhagen' }, queues: { 'Old name': 'New name' } })
atEnd(() => daemon.finish())
const leg = (queue, at, answered, ended, more = {}) => ({ queue, agent: 'a1', team: 'North', queued_at: at, answered_at: answered, ended_at: ended, talk_ms: 60000, disposition: 'answered', ...more })
const record = (id, at, ...legs) => ({ kind: 'record', source: 'pbx', id, version: 1, channel: 'voice', direction: 'inbound', offered_at: at, ended_at: legs.at(-1).ended_at, legs })
const at = (day, time) => `2026-03-${String(day).padStart(2, '0')}T${time}Z`
async function feed(...messages) {
    run(['import', '--config', daemon.config, '-'], { input: messages.map((message) => JSON.stringify(message)).join('\n'), stdio: ['pipe', 'ignore', 'ignore'] })
    await drained()
    assert.equal(run(['verify', '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] }), '')
}
let ann
const totals = async (query) => (await ann.get(`/v1/overview?${query}`)).json.totals.efficiency
const flags = (id) => sql(`select array_to_string(samtale.flag_names(flags), ' ') from samtale.conversation where external_id = '${id}'`)

await test('a period without calls has counts of 0 and no ratio', async () => {
    await daemon.start()
    makeAccounts(daemon)
    ann = await new Client(daemon.url).signIn('ann', PASSWORDS.ann)
    const nothing = await totals('from=2026-03-01&to=2026-03-31')
    assert.deepEqual([nothing.offered.value, nothing.aht.value, nothing.service_level.value, nothing.service_level.denominator], [0, null, null, 0])
})
await test('answered before it was queued is a wait of 0 and says that clocks differ; one call is a figure', async () => {
    await feed(record('early', at(2, '10:00:05'), leg('Desk', at(2, '10:00:05'), at(2, '10:00:00'), at(2, '10:01:00'))))
    assert.match(flags('early'), /clock_skew/)
    const { asa, service_level, aht } = await totals('from=2026-03-02&to=2026-03-02')
    assert.deepEqual([asa.value, asa.denominator, service_level.value, aht.value], [0, 1, 1, 60])
})
await test('a wait below nothing is not known, and counts in no figure of waits', async () => {
    await feed(record('negative', at(3, '10:00:00'), leg('Desk', at(3, '10:00:00'), undefined, at(3, '10:01:00'), { wait_ms: -4000 })))
    const { answered, asa, service_level } = await totals('from=2026-03-03&to=2026-03-03')
    assert.deepEqual([answered.value, asa.value, asa.denominator, service_level.value, service_level.denominator], [1, null, 0, null, 0])
})
await test('ended before it began lies where it ended; a time of years to come is no time, and lies on no day', async () => {
    await feed(record('backwards', at(4, '10:05:00'), leg('Desk', at(4, '10:05:00'), at(4, '10:05:10'), at(4, '10:04:00'))),
        record('future', '2031-03-04T10:00:00Z', leg('Desk', '2031-03-04T10:00:00Z', '2031-03-04T10:00:10Z', '2031-03-04T10:02:00Z')))
    assert.match(flags('backwards'), /clock_skew/)
    assert.equal((await totals('from=2026-03-04&to=2026-03-04')).answered.value, 1)
    assert.match(flags('future'), /repaired/)
    assert.deepEqual((await ann.get('/v1/conversations?undated=true')).json.items.map((item) => item.external_id), ['future'])
})
await test('a queue that is renamed keeps both names and their figures; named in [queues] it is one', async () => {
    const call = (n, queue) => record(`renamed-${n}`, at(n, '11:00:00'), leg(queue, at(n, '11:00:00'), at(n, '11:00:10'), at(n, '11:01:10')))
    await feed(call(9, 'Loans'), call(10, 'Loans'), call(20, 'Credit'), call(11, 'Old name'), call(21, 'New name'))
    const queues = Object.fromEntries((await ann.get('/v1/overview?from=2026-03-09&to=2026-03-31')).json.queues.map(({ queue, efficiency }) => [queue, efficiency.answered.value]))
    assert.deepEqual(queues, { Loans: 2, Credit: 1, 'New name': 2 })
})
await test('who changes team leaves to each team what was done for it', async () => {
    const call = (n, team, agent) => record(`team-${n}-${agent}`, at(n, '12:00:00'), leg('Desk', at(n, '12:00:00'), at(n, '12:00:10'), at(n, '12:01:10'), { team, agent }))
    await feed(...['a1', 'a2', 'a3', 'a4', 'a5'].flatMap((agent) => [call(24, 'North', agent), call(25, agent === 'a1' ? 'South' : 'North', agent)]))
    run(['nightly', '--config', daemon.config], { stdio: ['ignore', 'ignore', 'ignore'] })
    sql(`update samtale.site set group_min = 1; insert into samtale.bi_scope (role_name) values ('samtale_bi')`)
    assert.equal(sql(`select string_agg(t.name || ' ' || d.day || ' ' || d.answered, ', ' order by t.name, d.day) from bi.team_day d join bi.team t using (team_id) where d.day >= '2026-03-24'`),
        'North 2026-03-24 5, North 2026-03-25 4, South 2026-03-25 1')
})
await test('days of 23 and 25 hours hold each call once', async () => {
    const hours = (day, n) => Array.from({ length: n }, (_, h) => new Date(Date.parse(day) + (h * 60 + 30) * 60000).toISOString())
    const call = (time, n) => record(`hour-${time}`, time, leg('Night', time, time, new Date(Date.parse(time) + 60000).toISOString(), { wait_ms: n }))
    await feed(...hours('2026-03-28T23:00:00Z', 23).map(call), ...hours('2026-10-24T22:00:00Z', 25).map(call))
    for (const [day, n] of [['2026-03-29', 23], ['2026-10-25', 25]]) {
        const { json } = await ann.get(`/v1/overview?from=${day}&to=${day}&queue=Night&interval=half_hour`)
        assert.equal(json.totals.efficiency.offered.value, n)
        assert.equal(json.series.length, 2 * n)
        assert.equal(json.series.filter(({ efficiency }) => efficiency.offered.value === 1).length, n)
    }
})
await test('no view of bi and no answer holds a number that is none', async () => {
    const columns = sql(`select table_name || '.' || column_name from information_schema.columns where table_schema = 'bi' and data_type in ('double precision', 'real') order by 1`).split('\n')
    assert.ok(columns.length > 80)
    const odd = columns.map((column) => column.split('.')).map(([view, column]) => `select '${view}.${column}' from bi.${view} where ${column}::text in ('NaN', 'Infinity', '-Infinity')`)
    assert.equal(sql(odd.join('\nunion all ')), '')
    await pause(100) // a connection that the daemon has closed meanwhile is seen as closed
    for (const path of ['overview', 'figures', 'results', 'coverage', 'budget?queue=Desk&'].map((name) => `/v1/${name}${name.includes('?') ? '' : '?'}from=2026-03-02&to=2026-03-31`))
        assert.doesNotMatch((await ann.get(path)).text ?? JSON.stringify((await ann.get(path)).json), /NaN|Infinity/)
})
await done()
