// Files as telephone systems and speech recognisers write them, through the doors and the daemon: a queue_log and the Whisper files of its
// calls become scored conversations, whatever the order, repetition or delay.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { Daemon, dir, drained, empty, needPostgres, run, sql, top } from '../lib/samtaled.mjs'
import { assert, atEnd, done, skip, test } from '../lib/tap.mjs'
import { chanceOf, shuffle } from '../lib/messages.mjs'

await needPostgres(import.meta.url)
const number = (query) => Number(sql(query))
const daemon = await Daemon.make({ ingest: { poll: '5 ms' }, links: { whisper: 'pbx' }, queues: { 'IT-Q': 'IT support' },
    short_abandons: { 'IT support': '30 s' } })
atEnd(() => daemon.finish())
const canonical = readFileSync(new URL('../lib/canonical.sql', import.meta.url), 'utf8')
const stored = () => sql(canonical).split('\n').filter(Boolean).sort()
const file = (name, text) => {
    const at = path.join(dir, name)
    mkdirSync(path.dirname(at), { recursive: true })
    writeFileSync(at, text)
    return at
}
const imported = (...args) => run(['import', '--config', daemon.config, '--source', 'pbx', ...args])
const segment = (start, end, text) => ({ start, end, text: ` ${text}` })
const whisper = (...segments) => JSON.stringify({ text: '', language: 'da', segments })

const agentSays = whisper(segment(0, 3, 'Goddag, du taler med Anna, hvad kan jeg hjælpe med?'), segment(10, 13, 'Det er 736.456 kroner. Var der andet?'))
const customerSays = whisper(segment(3.5, 9, 'Jeg vil bare høre hvad der står på min pension.'), segment(13.5, 15, 'Nej tak.'))
const day = (n) => 1772445600 + n * 100
const log = (n, queue = 'pension') => [`${day(n)}|${day(n)}.${n}|${queue}|NONE|ENTERQUEUE||2234567${n}|1`, `${day(n) + 20}|${day(n)}.${n}|${queue}|Agent/${n}|CONNECT|20|${day(n) + 15}.9|5`,
    `${day(n) + 80}|${day(n)}.${n}|${queue}|Agent/${n}|COMPLETECALLER|20|60|1`].map((line) => `${line}\n`).join('')

await daemon.start()

await test('a queue_log and the one-channel Whisper files of its calls become scored conversations', async () => {
    imported(file('one/queue_log', log(1)), file(`one/q-pension-${day(1)}.1-rx.wav.json`, customerSays), file(`one/q-pension-${day(1)}.1-tx.wav.json`, agentSays))
    await drained()
    assert.equal(sql('select external_id, scored, turns, wait_ms, handle_ms, flags from samtale.conversation'), `${day(1)}.1|t|4|20000|60000|16`) // 16: roles by the names of the files
    assert.equal(sql('select name from samtale.agent join samtale.conversation using (agent_id)'), 'Agent/1')
    assert.equal(number('select count(*) from samtale.part'), 3)
    assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
})

await test('in any order, twice, and one of them later, they give the same bytes', async () => {
    const files = []
    for (let n = 1; n <= 6; n++) {
        files.push(file(`any/log${n}`, log(n)), file(`any/q-${day(n)}.${n}_out.json`, agentSays))
        files.push(file(`any/q-${day(n)}.${n}_in.json${n % 2 ? '.gz' : ''}`, n % 2 ? gzipSync(customerSays) : customerSays))
    }
    empty()
    imported(...files)
    await drained()
    const once = stored()
    assert.equal(number('select count(*) from samtale.conversation where scored and turns = 4'), 6)
    const chance = chanceOf(11)
    for (let round = 0; round < 3; round++) {
        empty()
        const again = shuffle([...files, ...files.filter(() => chance() < 0.5)], chance)
        const late = again.splice(0, 5)
        imported(...again)
        await drained()
        imported(...late, ...files)
        await drained()
        assert.deepEqual(stored(), once)
        assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
    }
})

await test('what the configuration says holds: sources that are linked, names of queues, limits of short abandons', async () => {
    empty()
    imported(file('maps/queue_log', log(1, 'IT-Q') + [2, 3].map((n) => `${day(n)}|${day(n)}.${n}|IT-Q|NONE|ENTERQUEUE||22|1\n` +
        `${day(n) + n * 10}|${day(n)}.${n}|IT-Q|NONE|ABANDON|1|1|${n * 10}\n`).join('')))
    run(['import', '--config', daemon.config, '--source', 'whisper', file(`maps/${day(1)}.1_rx.json`, customerSays), file(`maps/${day(1)}.1_tx.json`, agentSays)])
    await drained()
    assert.equal(sql("select string_agg(distinct name, ',') from samtale.queue join samtale.leg using (queue_id)"), 'IT support')
    assert.equal(sql('select string_agg(disposition::text, \',\' order by wait_ms desc) from samtale.leg where disposition <> 1'), '2,3')
    assert.equal(sql('select scored, turns from samtale.conversation where turns > 0'), 't|4')
    assert.equal(sql("select string_agg(part_id, ' ' order by part_id) from samtale.part where kind = 2"), 'whisper/rx whisper/tx')
    assert.equal(number('select count(*) from samtale.conversation'), 3)
})

await test('a file\'s name goes through HTTP in its content type', async () => {
    empty()
    const account = run(['user', 'add', 'feeder', '--role', 'ingest', '--password-stdin', '--config', daemon.config], { input: 'correct horse battery staple\n' })
    assert.ok(account !== undefined)
    const token = run(['token', 'add', 'feeder', '--scope', 'ingest', '--for', 'test', '--config', daemon.config]).trim().split(/\s+/).at(-1)
    const post = (type, body) => fetch(`${daemon.url}/v1/messages?source=pbx`, { method: 'POST', body, headers: { 'Content-Type': type, Authorization: `Bearer ${token}` } })
    assert.equal((await post(`application/json; name="x-${day(1)}.1-tx.json"`, agentSays)).status, 202)
    assert.equal((await post(`text/vtt; charset=utf-8; name=x-${day(1)}.1-rx.vtt`, 'WEBVTT\n\n00:03.500 --> 00:09.000\nJeg vil bare høre hvad der står.\n')).status, 202)
    assert.equal((await post('text/plain; name="queue_log"', log(1))).status, 202)
    await drained()
    assert.equal(sql('select external_id, scored, turns from samtale.conversation'), `${day(1)}.1|t|3`)
})

await test('dead letters are put into the queue again, or dropped', async () => {
    empty()
    sql("alter table samtale.conversation add constraint refused check (external_id not like 'late%')")
    const send = (id) => sql(`select samtale.enqueue('pbx', 'record', '', '{"id": "${id}"}'::text)`)
    for (const id of ['late1', 'late2', 'late3', 'fine']) send(id)
    sql("select samtale.enqueue('pbx', '', '', 'nonsense'::text)")
    await drained()
    assert.equal(number('select count(*) from samtale.dead_letter'), 4)
    sql('alter table samtale.conversation drop constraint refused')
    const dead = (like) => sql(`select dead_letter_id from samtale.dead_letter where convert_from(body, 'UTF8') like '%${like}%'`)
    assert.match(run(['dead-letter', 'replay', '--config', daemon.config, dead('late1'), dead('late2')]), /^2 dead letters put into the queue again\n$/)
    await drained()
    assert.equal(sql("select string_agg(external_id, ' ' order by external_id) from samtale.conversation"), 'fine late1 late2')
    assert.match(run(['dead-letter', 'drop', '--config', daemon.config, dead('nonsense')]), /^1 dead letters dropped\n$/)
    assert.match(run(['dead-letter', 'replay', '--config', daemon.config, '--all']), /^1 dead letters put/)
    await drained()
    assert.equal(number("select count(*) from samtale.conversation where external_id = 'late3'"), 1)
    assert.equal(number('select count(*) from samtale.dead_letter'), 0)
    assert.throws(() => run(['dead-letter', 'drop', '--config', daemon.config, '999999'], { stdio: 'pipe' }), /there is no dead letter 999999/)
    assert.throws(() => run(['dead-letter', 'drop', '--config', daemon.config], { stdio: 'pipe' }), /which one/)
})


// Counted a second time from the rows of the export themselves, in SQL that knows nothing of legs: the other half of these files is read the same.
const exports = path.join(process.env.SAMTALE_SHARED ?? path.join(top, '../shared'), 'data/formats/asterisk-queue-log/no-licence')
await test('a real queue_log gives the counts, waits, talk and service level that its rows give', async () => {
    if (!existsSync(exports)) return skip('no shared data')
    empty()
    const source = path.join(exports, 'voipreports1__queue_log.part1.csv')
    imported(source)
    await drained()
    const rows = readFileSync(source, 'utf8').trimEnd().split('\n').slice(1).join('\n')
    const counted = sql(`create temp table log (uid bigint, at bigint, callid text, queue text, member text, event text, p1 text, p2 text, p3 text, pos text, orig text, held bigint, talked bigint, said text);
copy log from stdin (format csv);
${rows}
\\.
select count(*) filter (where event = 'ENTERQUEUE'), count(*) filter (where event = 'CONNECT'), count(*) filter (where event = 'ABANDON'),
    sum(held) filter (where event = 'CONNECT'), sum(held) filter (where event = 'ABANDON'),
    sum(talked) filter (where event like 'COMPLETE%' or event in ('BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER')), count(*) filter (where event = 'CONNECT' and held <= 20),
    count(*) filter (where event = 'ABANDON' and held < 5) from log`)
    const stored = sql(`select sum(offered), sum(answered), sum(abandoned), sum(wait_answered_ms) / 1000, sum(wait_abandoned_ms) / 1000, sum(talk_ms) / 1000, sum(answered_in), sum(short_abandoned)
        from (select offered, answered, abandoned, wait_answered_ms, wait_abandoned_ms, talk_ms, answered_in, short_abandoned from samtale.rollup_half_hour) as r`)
    assert.equal(stored.replace(/\.0+(?=\||$)/g, ''), counted)
    assert.ok(Number(counted.split('|')[0]) > 50)
    assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
})

await done()
