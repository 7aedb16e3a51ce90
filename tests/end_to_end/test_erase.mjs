// test_erase.mjs: what is stored of a customer is handed out and erased: words, keys, ids and waiting messages go, numbers and sums stay, later parts become
// dead letters, and everybody else's conversations are untouched.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { bin, dir, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { failing, startDaemon } = await import('./api.mjs')

let daemon
atEnd(() => daemon?.stop())
const message = (id, phone, more = {}) => ({
    kind: 'conversation', source: 'pbx', id, version: 1, channel: 'voice', direction: 'inbound', language: 'da', consent: { state: 'given', purpose: ['quality'] },
    customer: { phone, country: 'DK' }, offered_at: '2024-03-01T09:00:00Z', ended_at: '2024-03-01T09:05:00Z',
    legs: [{ queue: 'Salg', agent: 'a1', team: 'Nord', queued_at: '2024-03-01T09:00:00Z', answered_at: '2024-03-01T09:00:10Z', ended_at: '2024-03-01T09:05:00Z', wait_ms: 10000, talk_ms: 290000, disposition: 'answered' }],
    parties: [{ id: 'a1', role: 'agent', name: 'Lone', team: 'Nord' }, { id: 'k', role: 'customer' }],
    turns: [{ i: 0, speaker: 'customer', text: 'min far er død i sidste uge' }, { i: 1, speaker: 'agent', text: 'det er jeg virkelig ked af at høre' }],
    survey: { id: `s-${id}`, nps: 9, answered_at: '2024-03-01T10:00:00Z' }, ...more
})
const feed = async (...messages) => {
    const before = Number(sql('select count(*) from samtale.conversation') ) + Number(sql('select count(*) from samtale.dead_letter'))
    run(['import', '--config', daemon.config, '-'], { input: messages.map((m) => JSON.stringify(m)).join('\n'), stdio: ['pipe', 'pipe', 'ignore'] })
    await until(() => Number(sql('select count(*) from samtale.conversation')) + Number(sql('select count(*) from samtale.dead_letter')) >= before + messages.length)
}
const go = (...words) => run([...words, '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
const refused = (...words) => failing([...words, '--config', daemon.config]).stderr
const sums = () => sql('select * from samtale.rollup_half_hour order by 1; select * from samtale.rollup_opportunity order by 1; select * from samtale.rollup_outcome order by 1')

let before
await test('two conversations of one customer, one of another, and a dead letter', async () => {
    daemon = await startDaemon()
    await feed(message('c1', '+45 12 34 56 78'), message('c2', '12345678'), message('other', '87654321'))
    sql(`select samtale.enqueue('pbx', 'record', 'application/json', convert_to('{"id":"c1", broken', 'UTF8'))`)
    await until(() => sql('select count(*) from samtale.dead_letter') === '1', 'a dead letter')
    assert.equal(sql('select count(distinct customer_key) from samtale.conversation'), '2')
    before = sums()
})
await test('an export holds their conversations, masked, and who read them', () => {
    sql(`insert into samtale.access_log (account_id, conversation_id, what) select 7, conversation_id, 'conversation' from samtale.conversation where external_id = 'c1'`)
    const lines = go('export', '--phone', '12 34 56 78', '--country', 'DK').trim().split('\n').map(JSON.parse)
    assert.deepEqual(lines.map((line) => line.conversation.external_id).sort(), ['c1', 'c2'])
    assert.match(JSON.stringify(lines[0].parts), /min far er død/)
    const reads = lines.find((line) => line.conversation.external_id === 'c1').read_by
    assert.equal(reads[0].what, 'conversation')
    assert.match(reads[0].reader, /^[0-9a-f]{12}$/)
    assert.equal(sql(`select count(*) from samtale.access_log where what = 'export'`), '2')
    assert.doesNotMatch(JSON.stringify(lines), /12345678|customer_key/)
    assert.equal(go('export', '--conversation', 'other', '--source', 'pbx').trim().split('\n').length, 1)
})
await test('erasing says that it means it, and whom', () => {
    assert.match(refused('erase', '--phone', '12345678', '--country', 'DK'), /say --yes/)
    assert.match(refused('erase', '--yes'), /one of --customer/)
    assert.match(refused('erase', '--customer', 'x', '--yes'), /--source is needed/)
    assert.match(refused('erase', '--phone', '99999999', '--country', 'DK', '--yes'), /nothing stored of them/)
})
await test('erased are words, keys, ids and what waits; numbers stay', () => {
    const parts = sql(`select count(*) from samtale.part join samtale.conversation using (conversation_id) where external_id in ('c1', 'c2')`), asked = Date.now()
    const printed = go('erase', '--phone', '12345678', '--country', 'DK', '--yes'), certificate = JSON.parse(printed)
    assert.equal(printed.trim().split('\n').length, 1)
    assert.ok(Math.abs(Date.parse(certificate.erased_at) - asked) < 3600e3 && certificate.erased_at.endsWith('Z'), certificate.erased_at)
    delete certificate.erased_at
    assert.deepEqual(certificate, { conversations: 2, parts: Number(parts), waiting_messages: 0, dead_letters: 1, spool_files: 0,
        kept: 'numbers without words, names, ids or customer; tombstones against later parts' })
    assert.doesNotMatch(printed, /12345678|c1|c2|pbx/) // it can be kept: it names nobody
    assert.equal(sql(`select count(*) from samtale.conversation where external_id is null and customer_key is null and handle_ms = 290000`), '2')
    assert.equal(sql(`select count(*) from samtale.part join samtale.conversation using (conversation_id) where external_id is null`), '0')
    assert.equal(sql(`select count(*) from samtale.survey where part_id like 's-c%'`), '0')
    assert.equal(sql(`select coalesce(max(e), 0) from samtale.finding f join samtale.conversation c using (conversation_id), unnest(f.span_ends) e where c.external_id is null`), '0')
    assert.equal(sql('select count(*) from samtale.tombstone'), '2')
    assert.equal(sql(`select count(*) from samtale.access_log where what = 'erase'`), '2')
    assert.equal(sums(), before)
    go('verify')
})
await test('the other conversation is as it was', () => {
    assert.equal(sql(`select count(*) from samtale.part join samtale.conversation using (conversation_id) where external_id = 'other'`) > 0, true)
    assert.equal(go('export', '--phone', '87654321', '--country', 'DK').trim().split('\n').length, 1)
    assert.equal(go('export', '--phone', '12345678', '--country', 'DK').trim(), '')
})
await test('a later part is kept out, and others of its batch are stored', async () => {
    await feed(message('c1', '12345678', { version: 2 }), message('c3', '12345678'))
    assert.match(sql('select code, reason from samtale.dead_letter'), /erased/)
    assert.equal(sql(`select count(*) from samtale.conversation where external_id = 'c3'`), '1')
    assert.equal(sql(`select count(*) from samtale.conversation_key where external_id = 'c1'`), '0')
    go('verify')
})
await test('a dead letter of what was erased holds no words', () => {
    assert.equal(sql('select code, length(body) from samtale.dead_letter'), 'erased|0')
})
await test('rejected files of the spool go with it, others stay, and one that waits is told', () => {
    const spool = path.join(dir, 'spool'), file = (name) => path.join(spool, name)
    for (const folder of ['', 'rejected', 'pbx', 'done']) mkdirSync(file(folder), { recursive: true })
    for (const [name, text] of [['rejected/a.1234', '{"id": "c3" min far er død'], ['rejected/a.1234.reason', 'why'], ['rejected/b.1234', '{"id": "another"'], ['pbx/c.json', '{"id": "c3"}'], ['done/a', 'c3']])
        writeFileSync(file(name), text)
    writeFileSync(daemon.config, `${readFileSync(daemon.config)}\n[spool]\nfolder = ${spool}\n`)
    const said = spawnSync(bin, ['erase', '--conversation', 'c3', '--source', 'pbx', '--yes', '--config', daemon.config], { encoding: 'utf8' })
    assert.equal(said.status, 0)
    assert.deepEqual([JSON.parse(said.stdout).spool_files, JSON.parse(said.stdout).conversations], [1, 1])
    assert.match(said.stderr, /pbx\/c\.json waits and holds some of it/)
    assert.deepEqual(['rejected/a.1234', 'rejected/a.1234.reason', 'rejected/b.1234', 'pbx/c.json', 'done/a'].map((name) => existsSync(file(name))), [false, false, true, true, true])
})
await test('an agent: name, account and the words of their conversations go; figures and customers stay', async () => {
    await feed(message('d1', '11223344', { parties: [{ id: 'a9', role: 'agent', name: 'Ida Holm', team: 'Nord' }, { id: 'k', role: 'customer' }],
        legs: [{ queue: 'Salg', agent: 'a9', team: 'Nord', queued_at: '2024-03-01T09:00:00Z', answered_at: '2024-03-01T09:00:10Z', wait_ms: 10000, talk_ms: 290000, disposition: 'answered' }] }), message('d2', '11223344'))
    sql(`insert into samtale.account (name, role, agent_id) select 'ida', 'agent', agent_id from samtale.agent where name = 'a9';
         select samtale.enqueue('pbx', 'record', 'application/json', convert_to('{"id":"d1", broken Ida Holm', 'UTF8'))`)
    await until(() => sql(`select count(*) from samtale.dead_letter where code <> 'erased'`) === '1', 'a dead letter')
    const shown = sums(), scores = sql('select * from samtale.conversation_score order by 1')
    assert.match(refused('erase', '--agent', 'nobody', '--yes'), /no such agent/)
    assert.match(refused('export', '--agent', 'a9'), /--agent is for erasing/)
    assert.match(refused('erase', '--agent', 'a9'), /say --yes/)
    const certificate = JSON.parse(go('erase', '--agent', 'a9', '--yes'))
    assert.deepEqual([certificate.conversations, certificate.dead_letters, certificate.accounts], [1, 1, 1])
    assert.ok(certificate.parts >= 2)
    assert.match(certificate.agent, /^erased-\d+$/)
    assert.equal(sql(`select count(*) from samtale.agent where name = 'a9' or display_name like 'Ida%'`), '0')
    assert.equal(sql(`select count(*) from samtale.part p join samtale.conversation c using (conversation_id) where c.external_id = 'd1'`), '0')
    assert.equal(sql(`select count(*) from samtale.conversation where external_id in ('d1', 'd2') and customer_key is not null`), '2')
    assert.equal(sql(`select count(*) from samtale.part p join samtale.conversation c using (conversation_id) where c.external_id = 'd2'`) > 0, true)
    assert.equal(sql(`select count(*) from samtale.account where name = 'ida'`), '0')
    assert.equal(sums(), shown)
    assert.equal(sql('select * from samtale.conversation_score order by 1'), scores)
    go('verify')
    assert.match(refused('erase', '--agent', 'a9', '--yes'), /no such agent/)
    const dump = execFileSync('pg_dump', ['--data-only', '--schema=samtale'], { encoding: 'utf8', maxBuffer: 1 << 28 })
    assert.doesNotMatch(dump, /Ida Holm/)
})
await test('what comes later of these conversations is kept out', async () => {
    await feed(message('d1', '11223344', { version: 2 }))
    assert.equal(sql(`select count(*) from samtale.dead_letter where code = 'erased' and length(body) = 0`), '2')
    go('verify')
})
await done()
