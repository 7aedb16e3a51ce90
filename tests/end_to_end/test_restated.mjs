// Restated days and results of teams on the real daemon: a late part, another version of scores and what they change in a day that was closed stand in the API and in
// bi; a team's target is set by the command, refused where it overlaps, and held against what the night counted.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { dir, drained, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { Client, PASSWORDS, failing, startDaemon } = await import('./api.mjs')

let daemon, ann
atEnd(() => daemon?.stop())
const pack = path.join(dir, 'zebra.pack')
writeFileSync(pack, 'pack 1 en\nrule zebra -> empathy.acknowledge 5\n  | zebra\n  yes A zebra for you.\n')
const at = (minutes) => new Date(Date.UTC(2026, 2, 10, 9, minutes)).toISOString()
const call = (n, more = {}) => ({ kind: 'conversation', source: 'pbx', id: `c${n}`, version: 1, channel: 'voice', direction: 'inbound', language: 'en', offered_at: at(n), ended_at: at(n + 5),
    legs: [{ queue: 'Sales', agent: `a${n % 6}`, team: 'North', queued_at: at(n), answered_at: at(n), ended_at: at(n + 5), wait_ms: 0, talk_ms: 300000, disposition: 'answered' }],
    parties: [{ id: `a${n % 6}`, role: 'agent', name: `Agent ${n % 6}`, team: 'North' }, { id: 'k', role: 'customer' }],
    turns: [{ i: 0, party: 1, text: 'My father died last week and I am very sad about it.' }, { i: 1, party: 0, text: 'The zebra form is on the web site.' }, { i: 2, party: 1, text: 'Yes, I see.' }], ...more })
const feed = async (...messages) => {
    run(['import', '--config', daemon.config, '-'], { input: messages.map((m) => JSON.stringify(m)).join('\n'), stdio: ['pipe', 'pipe', 'ignore'] })
    await drained()
    await until(() => sql('select count(*) from samtale.levels_missing(1)') === '0', 'days are summed')
}
const go = (...words) => run([...words, '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
const restated = async () => (await ann.get('/v1/overview?from=2026-03-01&to=2026-03-31&interval=day')).json.restated

await test('a day whose figures settle is not restated', async () => {
    daemon = await startDaemon()
    run(['user', 'add', 'anna', '--role', 'analyst', '--password-stdin', '--config', daemon.config], { input: `${PASSWORDS.anna}\n` })
    ann = await new Client(daemon.url).signIn('anna', PASSWORDS.anna)
    await feed(...Array.from({ length: 12 }, (_, n) => call(n)))
    assert.deepEqual(await restated(), [])
    await feed(call(12))
    assert.deepEqual(await restated(), [])
})
await test('closed, a call that comes late restates it, and is told with the difference', async () => {
    sql(`update samtale.closed_day set ready_at = ready_at - interval '2 days'`)
    await feed(call(13), call(3, { version: 2 }))
    const [day, ...more] = await restated()
    assert.deepEqual(more, [])
    assert.deepEqual({ ...day, at: '' }, { day: '2026-03-10', at: '', changed: 'both', conversations: 1, offered: 1, scored: 1 })
})
await test('another version of scores restates what it changes, and nothing else', async () => {
    sql(`update samtale.closed_day set ready_at = now(), restated_at = null`)
    sql('delete from samtale.level')
    await until(() => sql('select count(*) from samtale.levels_missing(1)') === '0', 'days are summed')
    assert.deepEqual(await restated(), [])
    sql(`update samtale.closed_day set ready_at = ready_at - interval '2 days'`)
    go('rescore', '--since', '2026-03-01', '--pack', pack)
    await until(() => sql('select count(*) from samtale.levels_missing(1)') === '0', 'days are summed')
    const [day] = await restated()
    assert.deepEqual({ ...day, at: '' }, { day: '2026-03-10', at: '', changed: 'scores', conversations: 0, offered: 0, scored: 0 })
    go('rescore', 'switch', '1', '--back')
    await until(() => sql('select count(*) from samtale.levels_missing(1)') === '0', 'days are summed')
    assert.deepEqual(await restated(), [])
})
await test('a team\'s figures stand beside its targets; periods that overlap are refused', () => {
    const target = (...words) => go('target', 'set', ...words, '--team', 'North')
    target('aht', '290', '--from', '2026-01-01')
    target('acknowledged_share', '50%', '--from', '2026-03-01', '--to', '2026-03-31')
    const refused = (...words) => failing(['target', 'set', ...words, '--team', 'North', '--config', daemon.config]).stderr
    assert.match(refused('acknowledged_share', '0.6', '--from', '2026-03-15'), /overlaps the one from 2026-03-01 to 2026-03-31/)
    assert.match(refused('asa', '20'), /a team has no figure asa/)
    assert.match(go('nightly'), /teams\t1/)
    sql(`insert into samtale.bi_scope (role_name) values ('samtale_bi')`)
    assert.equal(sql(`select day, measure, value, target, reached from bi.team_result_day order by measure`), '2026-03-10|acknowledged_share|0|0.5|f\n2026-03-10|aht|300|290|f')
    go('rescore', 'switch', '1', '--pack', pack)
    sql(`update samtale.chore set done_at = now() - interval '1 minute' where name = 'teams'`)
    go('nightly')
    assert.equal(sql(`select value, reached from bi.team_result_day where measure = 'acknowledged_share'`), '1|t')
    sql('update samtale.site set group_min = 7')
    assert.equal(sql('select count(*) from bi.team_result_day'), '0')
    assert.equal(go('verify'), '')
})
await test('GET /v1/results has them for the period, own teams for a supervisor, none of a team that is too small', async () => {
    const asked = '/v1/results?from=2026-03-10&to=2026-03-10'
    sql('update samtale.site set group_min = 5')
    run(['user', 'add', 'nora', '--role', 'supervisor', '--team', 'North', '--password-stdin', '--config', daemon.config], { input: `${PASSWORDS.anna}\n` })
    const { json } = await ann.get(asked)
    const aht = json.teams.find((r) => r.figure === 'aht')
    const [value, target] = sql(`select value || ' ' || target from bi.team_result_day where measure = 'aht' and day = '2026-03-10'`).split(' ').map(Number)
    assert.deepEqual([aht.name, aht.result.value, aht.target, aht.reached, aht.days, aht.days_reached, aht.hidden], ['North', value, target, false, 1, 0, null])
    assert.equal(aht.difference, value - target)
    const nora = await new Client(daemon.url).signIn('nora', PASSWORDS.anna)
    assert.deepEqual((await nora.get(asked)).json.teams, json.teams)
    sql(`insert into samtale.team (name) values ('South')`)
    run(['user', 'set', 'nora', '--team', 'South', '--config', daemon.config])
    assert.deepEqual((await (await new Client(daemon.url).signIn('nora', PASSWORDS.anna)).get(asked)).json.teams, [])
    sql('update samtale.site set group_min = 7')
    const few = (await ann.get(asked)).json.teams.find((r) => r.figure === 'aht')
    assert.deepEqual([few.result, few.reached, few.days, few.hidden], [null, null, null, 'few_agents'])
    sql('update samtale.site set group_min = 5')
})
await test('queues have theirs by any figure that can have a target, day by day where the figure has days', async () => {
    go('target', 'set', 'service_level', '80%', '--from', '2026-01-01')
    go('target', 'set', 'aht', '200', '--from', '2026-01-01', '--queue', 'Sales')
    go('target', 'set', 'nps', '30', '--from', '2026-01-01', '--queue', 'Sales')
    const { json } = await ann.get('/v1/results?from=2026-03-01&to=2026-03-31&queue=Sales')
    assert.deepEqual(json.teams, [])
    const rows = Object.fromEntries(json.queues.map((r) => [r.figure, r]))
    const { totals } = (await ann.get('/v1/overview?from=2026-03-01&to=2026-03-31&queue=Sales')).json
    assert.deepEqual(rows.service_level.result, totals.efficiency.service_level)
    assert.deepEqual([rows.service_level.target, rows.service_level.reached, rows.service_level.days, rows.service_level.days_reached], [0.8, true, 1, 1])
    assert.deepEqual([rows.aht.result.value, rows.aht.less_is_better, rows.aht.reached, rows.aht.days_reached], [totals.efficiency.aht.value, true, false, 0])
    assert.deepEqual([rows.nps.result.value, rows.nps.reached, rows.nps.days], [null, null, null])
    assert.equal((await ann.get('/v1/results?from=2026-03-01&to=2026-03-31&queue=Nowhere')).json.queues.length, 0)
})
await done()
