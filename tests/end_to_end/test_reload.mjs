#!/usr/bin/env node
// SIGHUP: settings and the site's packs are taken over together while messages flow; a fault in either keeps what was there and says where it
// is. The same packs and settings are those of the commands that read files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { Daemon, bin, dir, drained, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const packs = path.join(dir, 'packs')
mkdirSync(packs)
const daemon = await Daemon.make({ score: { packs }, ingest: { poll: '5 ms' } })
atEnd(() => daemon.finish())
const settings = readFileSync(daemon.config, 'utf8')
const set = (text) => writeFileSync(daemon.config, `${settings}\n${text}\n`)
const enqueue = (message) => sql(`select samtale.enqueue('', '', '', decode('${Buffer.from(JSON.stringify(message)).toString('hex')}', 'hex'))`)
const call = (id, text, more = {}) => ({ kind: 'conversation', source: 'pbx', id, version: 1, channel: 'voice', language: 'en', offered_at: '2026-03-01T10:00:00Z',
    turns: [{ i: 0, speaker: 'agent', text }, { i: 1, speaker: 'customer', text: 'Yes, that is what I thought it would be, thank you.' }], ...more })
const rules = (id) => sql(`select string_agg(r.name, ' ' order by r.name) from samtale.finding f cross join unnest(f.rule_ids) as m(rule_id)
    join samtale.rule r on r.rule_id = m.rule_id join samtale.conversation c using (conversation_id) where c.external_id = '${id}'`)
const scorers = () => Number(sql('select count(*) from samtale.score_set'))

/** Sends SIGHUP and waits for the line that says how it went. @return the line */
async function reload() {
    const before = daemon.said().split('\n').length
    daemon.child.kill('SIGHUP')
    let line
    await until(() => (line = daemon.said().split('\n').slice(before).find((l) => /run\.(not_)?reloaded/.test(l))), 'the daemon says how reloading went')
    return line
}
const site = 'pack 1 en\nrule zebra -> empathy.apology 5\n  | zebra\n  yes A zebra for you.\n'

await daemon.start()

test('a pack that is put into the folder is in force after SIGHUP', async () => {
    enqueue(call('before', 'A zebra for you, madam.'))
    await drained()
    assert.equal(rules('before').includes('zebra'), false)
    writeFileSync(path.join(packs, '10-site.pack'), site)
    writeFileSync(path.join(packs, '10-site.pack~'), 'no pack')
    assert.match(await reload(), /run\.reloaded scorer=/)
    await until(() => scorers() === 2, 'the new scorer is registered')
    enqueue(call('after', 'A zebra for you, madam.'))
    await drained()
    assert.match(rules('after'), /empathy\.apology\.zebra/)
})

test('a pack with a fault keeps the one that works, and is named with its line and column', async () => {
    writeFileSync(path.join(packs, '10-site.pack'), site.replace('| zebra', '| (zebra'))
    const line = await reload()
    assert.match(line, new RegExp(`run\\.not_reloaded reason="${packs}/10-site\\.pack:3:\\d+: `))
    enqueue(call('still', 'A zebra for you, madam.'))
    await drained()
    assert.match(rules('still'), /empathy\.apology\.zebra/)
    assert.equal(scorers(), 2)
    assert.equal((await fetch(`${daemon.url}/readyz`)).status, 200)
    writeFileSync(path.join(packs, '10-site.pack'), site)
})

test('settings with a fault change nothing, and the line is named', async () => {
    set('[log]\nlevel = debug\n[limits]\nbacklog_messages = 5\n')
    const line = await reload()
    assert.match(line, new RegExp(`run\\.not_reloaded reason="${daemon.config}:\\d+: backlog_messages: `))
    assert.equal(daemon.said().includes(' flow.move '), false)
})

test('limits, log level and zone are taken over together; what takes a restart is named', async () => {
    set('[log]\nlevel = debug\n[limits]\nbacklog_messages = 100\nturns = 100\nmessage_bytes = 1 MiB\n[sources]\ntime_zone = Asia/Kathmandu\n[sign_in]\nidle = 7 min\n')
    assert.match(await reload(), /run\.reloaded/)
    await until(() => daemon.said().includes('flow.move'), 'debug lines are logged')
    assert.match(daemon.said(), /run\.needs_restart settings="\[sign_in\] idle, \[limits\] message_bytes"/)
    await until(() => sql('select distinct backlog_limit, size_limit from samtale.inbox_state') === `100|${16 << 20}`, 'the queue knows its limit')
    enqueue(call('long', 'Hello.', { turns: Array.from({ length: 101 }, (_, i) => ({ i, speaker: 'agent', text: 'Hello.' })) }))
    enqueue({ kind: 'record', source: 'pbx', id: 'east', channel: 'voice', offered_at: '2026-03-01T10:00:00' })
    await drained()
    assert.match(sql('select reason from samtale.dead_letter'), /101 turns|100/)
    assert.equal(sql("select started_at at time zone 'UTC' from samtale.conversation where external_id = 'east'"), '2026-03-01 04:15:00')
    set('')
    assert.match(await reload(), /run\.reloaded/)
    await until(() => sql('select distinct backlog_limit from samtale.inbox_state') === '1000000', 'the queue knows its limit')
})

test('a folder that cannot be read is a fault; one of the default that is not there is none', async () => {
    rmSync(packs, { recursive: true })
    assert.match(await reload(), /run\.not_reloaded reason="\[score\] packs: cannot read the folder .*packs: No such file/)
    mkdirSync(packs)
    assert.match(await reload(), /run\.reloaded/)
})

test('reloading again and again while messages flow loses none', async () => {
    const before = Number(sql('select count(*) from samtale.conversation'))
    for (let i = 0; i < 15; i++) {
        for (let k = 0; k < 20; k++) enqueue(call(`flow${i}-${k}`, 'A zebra for you, madam.'))
        writeFileSync(path.join(packs, '10-site.pack'), site.replace('zebra 5', `zebra ${5 + i}`).replace('5\n', `${5 + i}\n`))
        daemon.child.kill('SIGHUP')
    }
    await drained()
    assert.equal(Number(sql('select count(*) from samtale.conversation')), before + 300)
    assert.equal(sql('select count(*) from samtale.verify_rollups()'), '0')
    assert.equal(await daemon.stop(), 0, daemon.said().slice(-2000))
})

test('the commands that read files go by the same settings and packs', async () => {
    const file = path.join(dir, 'call.json')
    writeFileSync(file, JSON.stringify(call('c', 'A zebra for you, madam.', { offered_at: '2026-03-01T10:00:00', ended_at: '2099-01-01T00:00:00Z' })))
    writeFileSync(path.join(packs, '10-site.pack'), site)
    set('[sources]\ntime_zone = Asia/Kathmandu\n')
    const with_ = ['--config', daemon.config]
    const labels = (text) => JSON.parse(text).findings.map((f) => f.rule).join(' ')
    assert.match(labels(run(['score', ...with_, file])), /empathy\.apology\.zebra/)
    assert.match(run(['explain', ...with_, file]), /empathy\.apology\.zebra/)
    assert.match(run(['pack', 'test', ...with_, 'en', 'a zebra for you']), /empathy\.apology\.zebra/)
    assert.match(run(['pack', 'show', ...with_, 'en', 'empathy.apology.z']), /zebra/)
    assert.match(run(['pack', 'check', ...with_]), /en: \d+ rules/)
    const read = run(['read', ...with_, file]).split('\n')
    assert.match(read[0], /2026-03-01T04:15:00/)
    assert.match(read[0], /time\.future/)
    assert.equal(read[0].includes('2099'), false)
    writeFileSync(daemon.config, '[sources]\ntime_zone = Nowhere/Land\ncountry = Danmark\n[numbers]\ntime_zone = Asia/Kathmandu\n')
    const check = spawnSync(bin, ['config', 'check', daemon.config], { encoding: 'utf8' })
    assert.equal(check.status, 1)
    assert.match(check.stderr, /\.conf:2: time_zone: "Nowhere\/Land" is no time zone of this machine/)
    assert.match(check.stderr, /\.conf:3: country: "Danmark" is no country/)
    assert.match(check.stderr, /\.conf:5: time_zone: "Asia\/Kathmandu" is not whole half hours from UTC/)
})
