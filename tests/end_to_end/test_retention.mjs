// Retention: every night words go when their time is up, by purpose where a purpose has its own; then who the customer was; then the rows, with the sums of their days
// held by a digest. Figures stay what they were, verify agrees at every step, and what comes later of what was ended is kept out.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Daemon, bin, drained, needPostgres, run, sql } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const { failing } = await import('./api.mjs')

const daemon = await Daemon.make({ nightly: { at: '23 h' } })
atEnd(() => daemon.stop('SIGKILL'))
const plain = readFileSync(daemon.config, 'utf8')
const settings = (text) => writeFileSync(daemon.config, `${plain}\n${text}\n`)
const ago = (days, minutes = 0) => new Date(Math.floor(Date.now() / 86400000) * 86400000 - days * 86400000 + (9 * 60 + minutes) * 60000).toISOString()
const message = (id, days, more = {}) => ({
    kind: 'conversation', source: 'pbx', id, version: 1, channel: 'voice', direction: 'inbound', language: 'da', consent: { state: 'given', purpose: ['quality', 'training'] },
    customer: { phone: '12345678', country: 'DK' }, offered_at: ago(days), ended_at: ago(days, 5),
    legs: [{ queue: 'Salg', agent: 'a1', team: 'Nord', queued_at: ago(days), answered_at: ago(days, 1), ended_at: ago(days, 5), wait_ms: 60000, talk_ms: 240000, disposition: 'answered' }],
    parties: [{ id: 'a1', role: 'agent', name: 'Lone', team: 'Nord' }, { id: 'k', role: 'customer' }],
    turns: [{ i: 0, speaker: 'customer', text: 'min far er død i sidste uge' }, { i: 1, speaker: 'agent', text: 'det er jeg virkelig ked af at høre' }], ...more
})
const feed = async (...messages) => {
    run(['import', '--config', daemon.config, '-'], { input: messages.map((m) => JSON.stringify(m)).join('\n'), stdio: ['pipe', 'pipe', 'ignore'] })
    await drained()
}
const go = (...words) => run([...words, '--config', daemon.config], { stdio: ['ignore', 'pipe', 'ignore'] })
const night = (text) => {
    settings(text)
    const said = Object.fromEntries(go('nightly').trim().split('\n').map((line) => line.split('\t')))
    assert.equal(said.verify, '0')
    return Number(said.retention)
}
const sums = () => sql(['half_hour', 'opportunity', 'outcome'].map((name) => `select * from samtale.rollup_${name} order by 1, queue_id, channel`).join(';'))
const facts = () => sql(`select conversation_id, wait_ms, talk_ms, scored, missed, gaps, opportunity_index from samtale.conversation order by 1;
    select * from samtale.conversation_score order by 1; select conversation_id, turns, labels, weights from samtale.finding order by 1`)
const withWords = () => sql(`select coalesce(string_agg(c.external_id, ' ' order by c.external_id), '') from samtale.conversation c where exists (select from samtale.part p where p.conversation_id = c.conversation_id and p.kind = 2)`)
let before

await test('conversations of many ages, one for documentation only, which is stored and not scored', async () => {
    await daemon.start()
    const only = { consent: { state: 'given', purpose: ['documentation'] } }
    await feed(message('d10', 10), message('d100', 100), message('d400', 400), message('o10', 10, only), message('o40', 40, only), message('r400', 400, { kind: 'record', turns: undefined, parties: undefined }),
        message('q700', 700, { consent: { state: 'given', purpose: ['legal'] }, survey: { id: 'S1', nps: 9 } }), ...Array.from({ length: 30 }, (_, n) => message(`many${n}`, 130 + n)))
    assert.equal(sql(`select count(*), bool_or(scored), max(unscored_reason) from samtale.conversation where external_id like 'o%'`), '2|f|purpose')
    assert.equal(sql(`select count(*) from samtale.conversation where scored`), '34')
    before = [sums(), facts()]
})
await test('nothing ends until it is told to', () => {
    assert.equal(night(''), 0)
    assert.equal(withWords().split(' ').length, 36)
})
await test('times that are none are told with their line', () => {
    settings('[retention]\ntranscripts = soon\n[retention_purposes]\na,b = 3 d\n')
    const { stderr } = failing(['config', 'check', daemon.config])
    assert.match(stderr, /transcripts: /)
    assert.match(stderr, /a,b: must be one purpose/)
})
await test('words go by age and purpose; scores, findings and sums stay', () => {
    assert.equal(night('[retention]\ntranscripts = 120 d\n[retention_purposes]\ndocumentation = 30 d\nlegal = 0 d\n'), 32)
    assert.equal(withWords(), 'd10 d100 o10 q700')
    assert.deepEqual([sums(), facts()], before)
    assert.equal(sql(`select coalesce(max(e), 0) from samtale.finding f join samtale.conversation c using (conversation_id), unnest(f.span_ends) e where c.external_id = 'd400'`), '0')
    assert.equal(sql(`select array_to_string(samtale.flag_names(flags), ' ') from samtale.conversation where external_id = 'd400'`), 'no_times words_ended')
    assert.equal(sql(`select count(*) from samtale.conversation where customer_key is null`), '0')
    assert.equal(night('[retention]\ntranscripts = 120 d\n[retention_purposes]\ndocumentation = 30 d\nlegal = 0 d\n'), 0)
})
await test('a part that comes later is kept out, without leaving its words as a dead letter; others are stored', async () => {
    await feed(message('d400', 400, { version: 2 }), message('d100', 100, { version: 2 }), message('new', 1))
    assert.equal(sql('select code, length(body), reason ~ $$too_old: a part$$ from samtale.dead_letter'), 'too_old|0|t')
    assert.equal(sql(`select count(*) from samtale.conversation where external_id in ('d400', 'new')`), '2')
    assert.equal(go('verify'), '')
})
await test('scoring anew leaves a score whose words are gone, and the report leaves it out', () => {
    writeFileSync(daemon.config, `${plain}\n[score]\ncomponents = 3\n`)
    go('rescore', '--since', '2000-01-01')
    assert.equal(sql(`select string_agg(distinct score_set::text, ' ') from samtale.conversation where external_id in ('d400', 'many1')`), '1')
    assert.equal(sql(`select score_set from samtale.conversation where external_id = 'd100'`), '2')
    assert.equal(go('verify'), '')
    before = [sums(), facts()]
})
await test('then it is forgotten who the customer was and what the source called it, where no words are left', () => {
    night('[retention]\ntranscripts = 120 d\ncustomers = 300 d\n[retention_purposes]\nlegal = 0 d\n')
    assert.equal(sql(`select count(*) from samtale.conversation where customer_key is null and external_id is null and purpose is null`), '2')
    assert.equal(sql(`select count(*) from samtale.conversation where external_id = 'q700' and customer_key is not null`), '1')
    assert.deepEqual([sums(), facts()], before)
    assert.equal(sql(`select count(*) from samtale.part p join samtale.conversation c using (conversation_id) where c.external_id is null`), '0')
})
await test('an erasure after words have ended finds the conversation still', () => {
    const certificate = JSON.parse(go('erase', '--conversation', 'many3', '--source', 'pbx', '--yes'))
    assert.deepEqual([certificate.conversations, certificate.parts], [1, 0])
    assert.match(failing(['erase', '--conversation', 'many3', '--source', 'pbx', '--yes', '--config', daemon.config]).stderr, /nothing stored of them/)
    assert.deepEqual([sums(), facts()], before)
})
await test('in the end rows go, whole days, and the sums of these days stay and take nothing in', async () => {
    assert.ok(night('[retention]\nconversations = 200 d\naccess_log = 1000 d\n') >= 3)
    assert.equal(sql(`select count(*) from samtale.conversation where started_at < now() - interval '201 days'`), '0')
    assert.equal(sql(`select count(*) from samtale.leg where not exists (select from samtale.conversation c where c.conversation_id = leg.conversation_id)`), '0')
    assert.equal(sums(), before[0])
    await feed(message('late', 350), message('d10', 10, { version: 2 }))
    assert.equal(sql(`select count(*) from samtale.dead_letter where code = 'too_old' and length(body) = 0`), '2')
    assert.equal(sql(`select count(*) from samtale.conversation where external_id = 'late'`), '0')
    assert.equal(go('verify'), '')
})
await test('verify tells when sums of ended days change', () => {
    sql(`update samtale.rollup_half_hour set talk_ms = talk_ms + 1 where half_hour < now() - interval '300 days' and talk_ms > 0`)
    const said = spawnSync(bin, ['verify', '--config', daemon.config], { encoding: 'utf8' })
    assert.equal(said.status, 1)
    assert.match(said.stdout, /^frozen\t-infinity to /)
    sql(`update samtale.rollup_half_hour set talk_ms = talk_ms - 1 where half_hour < now() - interval '300 days' and talk_ms > 0`)
    assert.equal(go('verify'), '')
})
await test('the log of reads ends, too', () => {
    sql(`insert into samtale.access_log (what, at) values ('conversation', now() - interval '40 days'), ('conversation', now() - interval '2 days')`)
    night('[retention]\nconversations = 200 d\naccess_log = 30 d\n')
    assert.equal(sql(`select count(*) from samtale.access_log where at < now() - interval '1 day'`), '1')
})
await test('the daemon does all of it by itself, when the night comes', async () => {
    settings('[retention]\ntranscripts = 5 d\n')
    writeFileSync(daemon.config, readFileSync(daemon.config, 'utf8').replace('at = 23 h', 'at = 0 h'))
    sql('update samtale.chore set last_day = null')
    daemon.child.kill('SIGHUP')
    const end = Date.now() + 30000
    while (withWords() !== 'new' && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(withWords(), 'new')
    assert.equal(go('verify'), '')
})
await done()
