// Conversations that two systems tell without a common id, linked by the customer's telephone number and the time ([phone_links]): a pbx whose queue_log knows the caller, and a
// recogniser whose files are named after number and time. Whatever the order, repetition or delay, the stored bytes are the same, and the sums are exact after every step.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Daemon, dir, drained, empty, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'
import { chanceOf, shuffle } from '../lib/messages.mjs'

await needPostgres(import.meta.url)
const number = (query) => Number(sql(query))
const daemon = await Daemon.make({ ingest: { poll: '5 ms' }, sources: { time_zone: 'UTC', phone_link_window: '30 s' }, phone_links: { whisper: 'pbx' },
    file_names: { whisper: 'in-{phone}-*-{time}-*' } })
atEnd(() => daemon.finish())
const canonical = readFileSync(new URL('../lib/canonical.sql', import.meta.url), 'utf8')
const stored = () => sql(canonical).split('\n').filter(Boolean).sort()
const settled = async () => {
    await until(async () => { // a decision may ask for a move, and a move for a decision
        await drained()
        return sql('select (select count(*) from samtale.link_due) + (select count(*) from samtale.inbox)') === '0'
    }, 'what belongs together is decided')
    await drained()
}
const file = (name, text) => {
    const at = path.join(dir, 'links', name)
    mkdirSync(path.dirname(at), { recursive: true })
    writeFileSync(at, text)
    return at
}
const imported = (source, ...files) => run(['import', '--config', daemon.config, '--source', source, ...files])
const bring = (...them) => them.forEach(([source, at]) => imported(source, at))
const exact = () => assert.equal(number('select count(*) from samtale.verify_rollups()'), 0)
const counts = () => sql('select count(*), count(*) filter (where scored), count(*) filter (where flags & 2048 <> 0) from samtale.conversation')

const begins = 1772445600 // 2026-03-02 10:00:00
const record = (n, at = begins + n * 1000, phone = `2234567${n}`) => ['pbx', file(`log${n}-${at}`, [`${at}|${at}.${n}|pension|NONE|ENTERQUEUE||${phone}|1`,
    `${at + 20}|${at}.${n}|pension|Agent/${n}|CONNECT|20|${at + 15}.9|5`, `${at + 80}|${at}.${n}|pension|Agent/${n}|COMPLETECALLER|20|60|1`].map((line) => `${line}\n`).join(''))]
const stamp = (at) => new Date(at * 1000).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
const segment = (speaker, start, end, text) => ({ speaker, start, end, text: ` ${text}` })
const says = JSON.stringify({ text: '', language: 'da', segments: [segment('A', 0, 3, 'Goddag, du taler med Anna, hvad kan jeg hjælpe med?'),
    segment('B', 3.5, 9, 'Jeg vil bare høre hvad der står på min pension.'), segment('A', 10, 13, 'Det er 736.456 kroner. Var der andet?'), segment('B', 13.5, 15, 'Nej tak.')] })
const words = (n, at = begins + n * 1000 + 21, phone = `452234567${n}`, text = says) => ['whisper', file(`${text.length}/in-${phone}-101-${stamp(at)}-16.json`, text)]

await daemon.start()

await test('a transcript joins the record of the same number at the same time, and is marked', async () => {
    bring(record(1), words(1))
    await settled()
    assert.equal(counts(), '1|1|1')
    assert.equal(sql('select s.name, c.external_id, c.turns, c.wait_ms, samtale.flag_names(c.flags) from samtale.conversation c join samtale.source s using (source_id)'),
        `pbx|${begins + 1000}.1|4|20000|{role_derived,repaired,linked}`) // repaired: the name tells no zone
    assert.equal(sql("select replace(part_id, chr(31), '/') from samtale.part where kind = 2").replace(/#..../, '#'), `whisper/in-#-101-${stamp(begins + 1021)}-16/`)
    assert.equal(number("select count(*) from samtale.conversation_key where external_id like '%22345671%'"), 0)
    exact()
})

await test('record first, transcript first, twice, later: the same bytes', async () => {
    const all = [1, 2, 3, 4].flatMap((n) => [record(n), words(n)])
    empty()
    bring(...all)
    await settled()
    const once = stored()
    assert.equal(counts(), '4|4|4')
    const chance = chanceOf(7)
    for (const order of [[...all].reverse(), [...all, ...all], shuffle([...all, ...all.slice(3)], chance)]) {
        empty()
        const late = order.splice(0, 3)
        bring(...order)
        await settled()
        bring(...late)
        await settled()
        bring(...all.slice(0, 4)) // again, a day late
        await settled()
        assert.deepEqual(stored(), once)
        exact()
    }
})

await test('outside the window, of another number, or without a number nothing is joined', async () => {
    empty()
    bring(record(1), words(1, begins + 1000 - 31), words(2, begins + 1000 + 20), record(3, begins + 3000, ''), words(3))
    await settled()
    assert.equal(counts(), '5|3|0')
    exact()
})

await test('where two fit neither is joined, whichever came first; what was joined is parted', async () => {
    const all = [record(1), words(1), record(5, begins + 1040, '22345671')]
    empty()
    bring(...all)
    await settled()
    assert.equal(counts(), '3|1|0')
    assert.match(daemon.said(), /links\.unclear n=1/)
    assert.equal(sql("select count(*) from samtale.link_unit where ambiguous"), '1')
    const once = stored()
    exact()
    for (const order of [[0, 2, 1], [2, 1, 0], [1, 0, 2]]) {
        empty()
        for (const i of order) {
            bring(all[i])
            await settled()
        }
        assert.deepEqual(stored(), once)
        exact()
    }
    empty() // two transcripts of one call
    bring(record(1), words(1))
    await settled()
    assert.equal(counts(), '1|1|1')
    bring(words(1, begins + 1030))
    await settled()
    assert.equal(counts(), '3|2|0')
    exact()
})

await test('a file that came with two contents is disputed wherever it is', async () => {
    const [one, two] = [says, says.replace('Nej tak', 'Nej, ellers tak')]
    const keep = (text) => words(1, undefined, undefined, text)
    empty()
    bring(record(1), keep(one))
    bring(keep(two))
    await settled()
    const once = stored()
    assert.ok(once.some((line) => line.startsWith('part_conflict')))
    for (const order of [[two, one], [one, two]]) {
        empty()
        bring(keep(order[0]))
        await settled()
        bring(record(1))
        await settled()
        bring(keep(order[1]))
        await settled()
        assert.deepEqual(stored(), once)
        empty()
        bring(keep(order[1]), keep(order[0]))
        await settled()
        bring(record(1))
        await settled()
        assert.deepEqual(stored(), once)
        exact()
    }
})

await test('erased with the conversation that it was linked to, it does not come back', async () => {
    empty()
    bring(record(1), words(1), words(2))
    await settled()
    assert.equal(counts(), '2|2|1')
    const id = sql("select external_id from samtale.link_unit where host_id is not null")
    run(['erase', '--config', daemon.config, '--source', 'whisper', '--conversation', id, '--yes'])
    assert.equal(number('select count(*) from samtale.part'), 1)
    assert.equal(number('select count(*) from samtale.link_unit'), 1)
    bring(words(1), record(1))
    await settled()
    assert.equal(sql('select string_agg(code, \' \') from samtale.dead_letter'), 'erased erased')
    exact()
})

await done()
