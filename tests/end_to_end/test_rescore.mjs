#!/usr/bin/env node
// rescore: scores of another version are made beside the present ones, over a kill, while conversations and late parts come in, and exchanged at once. After
// every step each sum is what the facts give; the report tells what the new pack changes; the way back leads to the same figures.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, bin, dir, drained, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { failing } = await import('./api.mjs')

const daemon = await Daemon.make()
atEnd(() => daemon.stop('SIGKILL'))
const pack = path.join(dir, 'hello.pack')
writeFileSync(pack, 'pack 1 en\nrule zebra -> empathy.apology 5\n  | zebra\n  yes A zebra for you.\n')
const slow = path.join(dir, 'slow.conf'), patient = path.join(dir, 'patient.conf')

const call = (n, more = {}) => ({ kind: 'conversation', source: 'pbx', id: `c${n}`, version: 1, channel: 'voice', direction: 'inbound', language: 'en',
    offered_at: new Date(Date.UTC(2026, 2, 1 + n % 9, 8, n % 60)).toISOString(), ended_at: new Date(Date.UTC(2026, 2, 1 + n % 9, 8, 5 + n % 60)).toISOString(),
    legs: [{ queue: n % 3 ? 'Sales' : 'Help', agent: `a${n % 7}`, team: 'North', queued_at: new Date(Date.UTC(2026, 2, 1 + n % 9, 8, n % 60)).toISOString(), wait_ms: 4000, talk_ms: 60000, disposition: 'answered' }],
    parties: [{ id: `a${n % 7}`, role: 'agent', name: `Agent ${n % 7}`, team: 'North' }, { id: 'k', role: 'customer' }],
    turns: [{ i: 0, party: 0, text: n % 2 ? 'A zebra for you, madam.' : 'Good morning, how can I help you today?' }, { i: 1, party: 1, text: 'Yes, that is what I thought it would be, thank you.' }], ...more })
const feed = async (...messages) => {
    run(['import', '--config', daemon.config, '-'], { input: messages.map((m) => JSON.stringify(m)).join('\n'), stdio: ['pipe', 'pipe', 'ignore'] })
    await drained()
}
const go = (...words) => run([...words, '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
const refused = (...words) => failing([...words, '--config', daemon.config]).stderr
const agrees = () => assert.equal(go('verify'), '')
const sets = () => sql('select score_set, count(*) from samtale.conversation where turns > 0 group by 1 order by 1').replaceAll('\n', ' ')
const items = () => Number(sql('select count(*) from samtale.rescore_item'))
const sums = () => sql('select * from samtale.rollup_half_hour order by queue_id, half_hour, channel; select * from samtale.rollup_opportunity where scored <> 0 order by queue_id, half_hour, score_set, language, channel')
const words = ['rescore', '--since', '2026-03-01', '--pack', pack]
let before

await test('a centre with two hundred conversations and some records without words', async () => {
    await daemon.start()
    writeFileSync(slow, `${readFileSync(daemon.config)}\n[rescore]\nshare = 0.05\n`)
    writeFileSync(patient, `${readFileSync(daemon.config)}\n[rescore]\nshare_waiting = 0\n`)
    const records = [1000, 1001, 1002].map((n) => call(n, { turns: undefined, parties: undefined, kind: 'record' }))
    await feed(...Array.from({ length: 200 }, (_, n) => call(n)), ...records, call(2000, { offered_at: '2025-11-01T08:00:00Z', ended_at: '2025-11-01T08:05:00Z', legs: [] }))
    assert.equal(sets(), '1|201')
    sql(`insert into samtale.bi_scope (role_name) values ('samtale_bi')`)
    before = sums()
    agrees()
})
await test('words that make no sense are refused', () => {
    assert.match(refused('rescore'), /--since is needed/)
    assert.match(refused('rescore', '--since', '2026-03-05', '--until', '2026-03-01'), /last day 2026-03-01 is before/)
    assert.match(refused('rescore', '--since', '2026-03-01', '--queue', 'Nowhere'), /there is no queue Nowhere/)
    assert.match(refused('rescore', 'report', '7'), /there is no re-scoring 7/)
    assert.match(refused('rescore', 'drop', '7'), /there is no re-scoring 7/)
    assert.match(refused('rescore', 'switch', 'x'), /NUMBER/)
    assert.match(refused('rescore', '--since', '2026-03-01', '--pack', '/nowhere.pack'), /nowhere/)
})
await test('killed in the middle it keeps what it made, and nothing that is shown has changed', async () => {
    const child = spawn(bin, [...words, '--config', slow], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await until(() => items() === 64, 'the first conversations are made')
    child.kill('SIGKILL')
    await ended
    assert.equal(sums(), before)
    assert.match(go('rescore', 'list'), /running.*64 of 200/)
    agrees()
})
await test('conversations and late parts that come meanwhile are stored by the present version', async () => {
    await feed(call(0, { version: 2, turns: [{ i: 0, party: 0, text: 'A zebra for you, sir.' }] }), call(1, { kind: 'survey', turns: undefined, legs: undefined, parties: undefined, survey: { id: 's1', nps: 9 } }),
        call(300), call(301))
    assert.equal(sets(), '1|203')
    agrees()
    before = sums()
})
await test('another one has to wait until this one is switched or dropped; other packs do not go on with it', () => {
    assert.match(refused(...words, '--until', '2026-03-04'), /re-scoring 1 is not finished/)
    assert.match(refused('rescore', 'switch', '1'), /re-scoring 1 is of set 2, and these settings and packs make set 1/)
})
await test('the same words go on where it was; what a late part wrote since is made again', () => {
    const first = sql('select conversation_id, xmin from samtale.rescore_item order by 1')
    go(...words, '--no-switch')
    assert.equal(items(), 202)
    const kept = sql('select conversation_id, xmin from samtale.rescore_item order by 1').split('\n')
    assert.equal(first.split('\n').filter((row) => kept.includes(row)).length, 62)
    assert.equal(sums(), before)
    assert.equal(sets(), '1|203')
    agrees()
    assert.match(go('rescore', 'list'), /made.*202 of 202/)
})
await test('the report tells what changes, by figure and label, with examples; agents only when they are shown', () => {
    const report = go('rescore', 'report', '1', '--examples', '2')
    assert.match(report, /empathy\.apology +0 +102 +102 +0 +102/)
    assert.match(report, /question\.open +(\d+) +\1 +0 +0 +0/)
    assert.match(report, /scored +202 +202/)
    assert.equal(report.match(/empathy\.apology +gained +\d+ +0/g).length, 2)
    assert.doesNotMatch(report, /a1 |Agent 1/)
    sql('update samtale.site set agents_shown = true')
    assert.match(go('rescore', 'report', '1'), /\na1 +\d+ +\d+ +\d+ +\d+ +0/)
    sql('update samtale.site set group_min = 29')
    const few = go('rescore', 'report', '1')
    assert.match(few, /\(others\)/)
    assert.doesNotMatch(few, /\na4 /)
    sql('update samtale.site set group_min = 5, agents_shown = false')
})
await test('BI and the page show the present version only, whatever stands beside it', () => {
    assert.equal(sql('select count(*) from bi.conversation_score'), sql('select count(*) from samtale.conversation where scored'))
    assert.equal(sql(`select count(*) from bi.finding where label = 'empathy.apology'`), '0')
    assert.equal(sql('select count(*) from bi.conversation_score_version where not current'), '202')
})
await test('the switch first scores what came after the last round, and then changes all at once', async () => {
    await feed(call(302), call(2, { version: 2 }))
    assert.match(go('rescore', 'switch', '1', '--pack', pack), /203 conversations have the new scores now/)
    assert.equal(sets(), '1|1 2|203')
    assert.equal(sql('select string_agg(distinct score_set::text, $$ $$) from samtale.rollup_opportunity where scored > 0'), '1 2')
    assert.equal(sql('select sum(scored) from samtale.rollup_opportunity'), '204')
    agrees()
    assert.equal(sql(`select count(*) from bi.finding where label = 'empathy.apology'`), '102')
    assert.equal(sql(`select count(*) from samtale.finding f join samtale.conversation c using (conversation_id) where c.external_id = 'c2000' and f.score_set = 2`), '0')
})
await test('a part that comes after it is judged by the daemon, and sums follow', async () => {
    await feed(call(4, { version: 2 }))
    assert.equal(sets(), '1|2 2|202')
    agrees()
})
await test('back to the former version: the same figures, but for what was stored since', () => {
    const others = sql('select count(*) from samtale.finding where score_set = 1')
    assert.match(go('rescore', 'switch', '1', '--back'), /202 conversations have their former scores now/)
    assert.equal(sets(), '1|204')
    assert.equal(sql('select count(*) from samtale.finding where score_set = 1'), others)
    agrees()
    assert.match(go('rescore', 'switch', '1', '--pack', pack), /203 conversations have the new scores now/)
    agrees()
})
await test('dropping takes the other scores away and changes no figure', () => {
    const shown = sums()
    go('rescore', 'drop', '1')
    assert.equal(sums(), shown)
    assert.equal(sql('select count(*) from samtale.conversation_score s where not exists (select from samtale.conversation c where c.conversation_id = s.conversation_id and c.score_set = s.score_set)'), '0')
    assert.equal(items(), 0)
    agrees()
    assert.match(go('rescore', 'list'), /dropped/)
})
await test('while messages wait it stands still, when it is told to leave them all the time', async () => {
    await daemon.stop()
    sql(`select samtale.enqueue('', '', '', convert_to('${JSON.stringify(call(400))}', 'UTF8'))`)
    const child = spawn(bin, ['rescore', '--since', '2026-03-01', '--queue', 'Sales', '--config', patient], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await until(() => /running, waits for messages +1 .*Sales/.test(go('rescore', 'list')), 'it says that it waits')
    assert.equal(items(), 0)
    await daemon.start()
    assert.equal(await ended, 0)
    assert.equal(sql(`select count(*) from samtale.conversation c join samtale.queue q using (queue_id) where q.name = 'Sales' and c.score_set <> 1 and c.started_at >= '2026-03-01'`), '0')
    assert.notEqual(sql(`select count(*) from samtale.conversation c join samtale.queue q using (queue_id) where q.name = 'Help' and c.score_set = 2`), '0')
    agrees()
})
await test('a conversation whose text is gone keeps its score, and one that cannot be read any more is told', async () => {
    sql(`delete from samtale.part p using samtale.conversation c where p.conversation_id = c.conversation_id and c.external_id = 'c1' and p.kind = 2;
         update samtale.part p set body = 'no JSON' from samtale.conversation c where p.conversation_id = c.conversation_id and c.external_id = 'c7' and p.kind = 2`)
    const was = sql(`select score_set, opportunity_index from samtale.conversation where external_id in ('c1', 'c7') order by external_id`)
    go(...words)
    assert.equal(sql(`select score_set, opportunity_index from samtale.conversation where external_id in ('c1', 'c7') order by external_id`), was)
    assert.match(go('rescore', 'list').split('\n')[1], /switched.*1 without text, 1 unreadable/)
    agrees()
})
await done()
